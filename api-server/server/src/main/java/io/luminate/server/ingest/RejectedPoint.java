// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import java.util.List;

/**
 * A point that was not stored.
 *
 * @param index its place in the request, from 0
 * @param metric its name as far as it could be read, else empty
 * @param rejection a code alone where it {@linkplain #hasText has no text}
 */
public record RejectedPoint(int index, String metric, Rejection rejection) {
  /**
   * Of one request. With its text in the reply a point takes some hundred bytes more than it came
   * with, and all points of all clients are refused at once where their clocks are wrong: that
   * filled a heap.
   */
  private static final int TEXTS_MAX = 1_000;

  /** Adds one to those of its request, without a text of its own where there are enough. */
  public static void add(List<RejectedPoint> rejected, RejectedPoint point) {
    rejected.add(rejected.size() < TEXTS_MAX ? point : point.withoutText());
  }

  private RejectedPoint withoutText() {
    return new RejectedPoint(index, "", Rejection.ofCode(rejection.code()));
  }

  private boolean hasText() {
    return !rejection.message().isEmpty();
  }

  /**
   * Those of which a reply says what is wrong with each.
   *
   * @param rejected all of a request in their order; the first is among the answer
   */
  public static List<RejectedPoint> withTexts(List<RejectedPoint> rejected) {
    return rejected.stream().filter(RejectedPoint::hasText).limit(TEXTS_MAX).toList();
  }
}
