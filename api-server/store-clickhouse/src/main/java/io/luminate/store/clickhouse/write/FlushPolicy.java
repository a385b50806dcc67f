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
  /**
   * While another batch is inserted, whose clients send their next requests when they know, or
   * other tenants' clients are missing: so a process makes five inserts a second of many who send
   * little.
   */
  private static final int BUSY_INTERVALS = 10;

  /**
   * While clients are missing that were there a moment ago. With the interval by default a batch of
   * 5 000 rows waits for them for two seconds, one of 10 000 for four, so that it waits on if it
   * fills at 2 500 rows per second.
   */
  private static final int FULL_INTERVALS = 2_000;

  private static final int COMPANY_INTERVALS_MAX = 200;

  /**
   * Of the most rows: what holds less is little to merge, and waits for nobody longer than for an
   * insert. Clients that send little at a pace of their own else kept each other waiting, the
   * longer the slower ClickHouse was.
   */
  private static final int SMALL_PART = 20;

  /** Well within the time that a request waits for its batch to begin. */
  private static final Duration WAIT_MAX = Duration.ofSeconds(4);

  /**
   * Since its first request came. Those who are missing have mostly their requests in the batch
   * before, and cannot come until they know of it: so much is added to the wait for them, but no
   * more than doubles it. Without that each full batch is followed by one of whoever did not fit.
   *
   * @param rows in the batch
   * @param othersExpected whether clients were there lately that have nothing in the batch
   * @param inCompany whether another batch is on its way, or clients of any tenant were there
   *     lately that have nothing in this one
   * @param unanswered how much of the wait the batch before had been on its way
   */
  Duration patience(int rows, boolean othersExpected, boolean inCompany, Duration unanswered) {
    Duration least = interval.multipliedBy(inCompany ? BUSY_INTERVALS : 1);
    Duration patience = othersExpected ? max(least, forOthers(rows, unanswered)) : least;
    return min(patience, max(interval, WAIT_MAX));
  }

  private Duration forOthers(int rows, Duration unanswered) {
    long intervals = Math.min(COMPANY_INTERVALS_MAX, (long) FULL_INTERVALS * rows / rowsMax);
    Duration patience = interval.multipliedBy(intervals);
    Duration whole = patience.plus(min(patience, unanswered));
    boolean isSmall = (long) SMALL_PART * rows < rowsMax;
    return isSmall ? min(whole, interval.multipliedBy(BUSY_INTERVALS)) : whole;
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
