// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import java.time.Duration;

/**
 * When the next request is due, by how they came lately. Clients that send at a pace of their own
 * are seldom there at the same time, as long as each is answered soon, so {@link Company} expects
 * none of them; but to wait for the next few makes one insert of theirs.
 *
 * <p>A client that waits for its answer has a pace too, and does not come while a batch waits for
 * it. So what is waited for in vain is paid with what was not, or followed by a rest. For many
 * threads; times are those of {@link System#nanoTime}.
 */
final class Pace {
  /** One is late when so many times the mean gap have gone: of 20 that come at random, one is. */
  private static final int GAPS = 3;

  /** Of the newest gap in the mean. */
  private static final double WEIGHT = 1 / 8.0;

  /** No gap counts for more, so that a silent hour is forgotten after some requests. */
  private static final long GAP_MAX_NANOS = Duration.ofSeconds(10).toNanos();

  private static final int CREDIT_MAX = 16;

  /** As many times what was waited in vain: so a lone client's requests take a thirtieth more. */
  private static final int REST = 32;

  private long arrivals;
  private long lastNanos;
  private double gapNanos;
  private boolean isAwaited;
  private int credit;
  private long restUntilNanos;

  /** A request is there. */
  synchronized void came(long nowNanos) {
    if (arrivals == 0) {
      restUntilNanos = nowNanos;
    } else {
      long gap = Math.min(nowNanos - lastNanos, GAP_MAX_NANOS);
      gapNanos = arrivals == 1 ? gap : gapNanos + (gap - gapNanos) * WEIGHT;
    }
    arrivals++;
    lastNanos = nowNanos;
    if (isAwaited) {
      credit = Math.min(CREDIT_MAX, credit + 1);
      isAwaited = false;
    }
  }

  /**
   * For how long to wait for the next one; not at all if it will hardly come in time.
   *
   * @param untilNanos when whoever waits has to go on
   */
  synchronized Duration toNext(long nowNanos, long untilNanos) {
    long dueNanos = lastNanos + (long) (GAPS * gapNanos);
    if (dueNanos - nowNanos <= 0) {
      waitedInVain(nowNanos);
      return Duration.ZERO;
    }
    boolean isResting = restUntilNanos - nowNanos > 0;
    if (arrivals < 2 || isResting || dueNanos - untilNanos > 0) {
      return Duration.ZERO;
    }
    isAwaited = true;
    return Duration.ofNanos(dueNanos - nowNanos);
  }

  private void waitedInVain(long nowNanos) {
    if (isAwaited && credit == 0) {
      restUntilNanos = nowNanos + (long) (REST * GAPS * gapNanos);
    }
    credit /= isAwaited ? 2 : 1;
    isAwaited = false;
  }
}
