// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.time.Duration;
import java.util.Map;

/**
 * Deadline and cancellation of one request. Stores call {@link #checkpoint()} at least every few
 * thousand points, on every thread that works for the request.
 */
public final class QueryControl {
  private final long deadlineNanos;
  private final Duration timeout;
  private volatile boolean cancelled;

  private QueryControl(Duration timeout) {
    this.timeout = timeout;
    this.deadlineNanos = System.nanoTime() + timeout.toNanos();
  }

  public static QueryControl withTimeout(Duration timeout) {
    return new QueryControl(timeout);
  }

  /** Makes every later checkpoint fail. */
  public void cancel() {
    cancelled = true;
  }

  /** Never negative. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
  }

  /**
   * @throws StoreException QUERY_TIMEOUT past the deadline, QUERY_CANCELLED once cancelled
   */
  public void checkpoint() {
    if (cancelled) {
      throw new StoreException(ErrorCode.QUERY_CANCELLED, "the query was cancelled");
    }
    if (System.nanoTime() - deadlineNanos >= 0) {
      throw timedOut();
    }
  }

  public StoreException timedOut() {
    long timeoutMillis = timeout.toMillis();
    return new StoreException(
        ErrorCode.QUERY_TIMEOUT,
        "the query did not finish within its timeout of " + timeoutMillis + " ms",
        Map.of("timeout_ms", timeoutMillis));
  }
}
