// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Points of one request that are refused. The reply tells what is wrong with the first that come
 * here; of the others their codes are kept. For one thread.
 */
public final class Rejections {
  /**
   * With its text in the reply a point takes some hundred bytes more than it came with, and all
   * points of all clients are refused at once where their clocks are wrong: that filled a heap.
   */
  static final int TOLD_MAX = 1_000;

  /**
   * Texts repeat names of metrics and keys, with which a thousand take megabytes. A thousand wrong
   * timestamps of metrics with names of a hundred characters have less.
   */
  static final int TEXT_CHARS_MAX = 256 << 10;

  private final List<RejectedPoint> points = new ArrayList<>();
  private final Set<Rejection.Code> codes = EnumSet.noneOf(Rejection.Code.class);
  private int told;
  private int textChars;
  private int firstIndex = Integer.MAX_VALUE;

  /**
   * @param metric asked for where the point is told of
   */
  public void add(int index, Supplier<String> metric, Rejection rejection) {
    boolean isFirstOfCode = codes.add(rejection.code());
    if (isFirstOfCode || isTold(index)) {
      firstIndex = Math.min(firstIndex, index);
      RejectedPoint point = new RejectedPoint(index, metric.get(), rejection);
      told++;
      textChars += point.textChars();
      points.add(point);
    } else {
      points.add(RejectedPoint.untold(index, rejection.code()));
    }
  }

  /**
   * The first of the request speaks for all, and may come late, as may the first of a code: new
   * series are refused after everything else.
   */
  private boolean isTold(int index) {
    return index < firstIndex || told < TOLD_MAX && textChars < TEXT_CHARS_MAX;
  }

  public int size() {
    return points.size();
  }

  /** All, in the order of the request. */
  public List<RejectedPoint> inOrder() {
    return points.stream().sorted(Comparator.comparingInt(RejectedPoint::index)).toList();
  }

  /**
   * Those of which a reply says what is wrong with each.
   *
   * @param rejected all of a request in their order; the first is among the answer, and the first
   *     that came of each code
   */
  public static List<RejectedPoint> told(List<RejectedPoint> rejected) {
    return rejected.stream().filter(RejectedPoint::isTold).toList();
  }
}
