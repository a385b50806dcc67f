// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import java.util.List;

/**
 * A point that was not stored.
 *
 * @param index its place in the request, from 0
 * @param metric its name as far as it could be read, else empty
 * @param rejection a code alone where it is {@linkplain #isTold not told}
 */
public record RejectedPoint(int index, String metric, Rejection rejection) {
  /**
   * Of one request. With its text in the reply a point takes some hundred bytes more than it came
   * with, and all points of all clients are refused at once where their clocks are wrong: that
   * filled a heap.
   */
  public static final int TOLD_MAX = 1_000;

  /** Adds one to those of its request, without its text where enough are told. */
  public static void add(List<RejectedPoint> rejected, RejectedPoint point) {
    rejected.add(rejected.size() < TOLD_MAX ? point : point.untold());
  }

  private RejectedPoint untold() {
    return new RejectedPoint(index, "", Rejection.untold(rejection.code()));
  }

  /**
   * Whether the reply has its text, and not its index and code alone. The first of those added is
   * told.
   */
  public boolean isTold() {
    return !rejection.message().isEmpty();
  }

  /** Those that are told, in the same order. */
  public static List<RejectedPoint> told(List<RejectedPoint> rejected) {
    return rejected.stream().filter(RejectedPoint::isTold).toList();
  }
}
