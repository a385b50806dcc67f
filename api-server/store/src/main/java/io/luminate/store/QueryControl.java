// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Deadline and cancellation of one request. Stores call {@link #checkpoint()} at least every few
 * thousand points, on every thread that works for the request.
 */
public final class QueryControl {
  private final long deadlineNanos;
  private final Duration timeout;
  private final String requestId;

  /** What waits for a cancellation. Guarded by itself. */
  private final Set<Registration> waiting = new LinkedHashSet<>();

  private volatile boolean cancelled;

  private QueryControl(Duration timeout, String requestId) {
    this.timeout = timeout;
    this.requestId = requestId;
    this.deadlineNanos = System.nanoTime() + timeout.toNanos();
  }

  public static QueryControl withTimeout(Duration timeout) {
    return new QueryControl(timeout, "");
  }

  /**
   * @param requestId by which others know the request, such as its log lines
   */
  public static QueryControl withTimeout(Duration timeout, String requestId) {
    return new QueryControl(timeout, requestId);
  }

  /** An action that waits for a cancellation, until it is closed. */
  public static final class Registration implements AutoCloseable {
    private final QueryControl control;
    private final Runnable action;

    private Registration(QueryControl control, Runnable action) {
      this.control = control;
      this.action = action;
    }

    @Override
    public void close() {
      synchronized (control.waiting) {
        control.waiting.remove(this);
      }
    }
  }

  /** Makes every later checkpoint fail, and runs the actions that wait for it. */
  public void cancel() {
    List<Registration> actions;
    synchronized (waiting) {
      cancelled = true;
      actions = List.copyOf(waiting);
      waiting.clear();
    }
    actions.forEach(registration -> registration.action.run());
  }

  /**
   * Has the action run when the request is cancelled, by whoever does so, or here and now if it has
   * been: for work that waits where no checkpoint is met. It has to be quick. It may still be
   * running when its registration has been closed.
   */
  public Registration onCancel(Runnable action) {
    Registration registration = new Registration(this, action);
    synchronized (waiting) {
      if (!cancelled) {
        waiting.add(registration);
        return registration;
      }
    }
    action.run();
    return registration;
  }

  /** Empty if the request has none. */
  public String requestId() {
    return requestId;
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
