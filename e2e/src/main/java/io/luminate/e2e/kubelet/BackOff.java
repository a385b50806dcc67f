// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import java.time.Duration;

/** Doubles from one delay to the next, and starts again after a good time. For one thread. */
final class BackOff {
  private final Duration min;
  private final Duration max;
  private Duration next;

  BackOff(Timing timing) {
    min = timing.backOffMin();
    max = timing.backOffMax();
    next = min;
  }

  Duration next() {
    Duration now = next;
    Duration doubled = now.multipliedBy(2);
    next = doubled.compareTo(max) < 0 ? doubled : max;
    return now;
  }

  /** A run that was longer than twice the longest delay counts as one that went well. */
  void ran(Duration time) {
    if (time.compareTo(max.multipliedBy(2)) > 0) {
      next = min;
    }
  }
}
