// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import java.time.Duration;

/**
 * How long a batch waits for more. Each insert is a part that ClickHouse has to merge, so a batch
 * that others will join soon should wait for them; but a request that is alone should not.
 *
 * @param interval what every batch waits
 * @param rowsMax of a batch that waits no more
 */
record FlushPolicy(Duration interval, int rowsMax) {
  /** While another batch is inserted, whose clients send their next requests when they know. */
  private static final int BUSY_INTERVALS = 10;

  /**
   * While clients are missing that were there a moment ago. With the interval by default a batch of
   * 10 000 rows waits for them for a second, one of 40 000 for four, so that it waits on if it
   * fills at 10 000 rows per second. Small batches wait no longer than the interval: what they hold
   * is little to merge.
   */
  private static final int FULL_INTERVALS = 500;

  private static final int COMPANY_INTERVALS_MAX = 200;

  /** Well within the time that a request waits for its batch to begin. */
  private static final Duration WAIT_MAX = Duration.ofSeconds(4);

  /**
   * Since its first request came.
   *
   * @param rows in the batch
   * @param othersExpected whether clients were there lately that have nothing in the batch
   * @param inserting whether another batch is on its way
   */
  Duration patience(int rows, boolean othersExpected, boolean inserting) {
    long intervals = inserting ? BUSY_INTERVALS : 1;
    if (othersExpected) {
      long byRows = (long) FULL_INTERVALS * rows / rowsMax;
      intervals = Math.max(intervals, Math.min(COMPANY_INTERVALS_MAX, byRows));
    }
    Duration patience = interval.multipliedBy(intervals);
    if (patience.compareTo(WAIT_MAX) < 0) {
      return patience;
    }
    return interval.compareTo(WAIT_MAX) > 0 ? interval : WAIT_MAX;
  }
}
