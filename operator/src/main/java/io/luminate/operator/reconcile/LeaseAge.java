// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How long ago the lease was renewed, by two clocks: one stands still while the machine sleeps, and
 * the other one may be set back. Safe for use by many threads.
 */
final class LeaseAge {
  /** An instant by both clocks. */
  record Moment(long nanos, Instant instant) {}

  private final LongSupplier nanos;
  private final InstantSource clock;
  private volatile Optional<Moment> renewed = Optional.empty();

  LeaseAge() {
    this(System::nanoTime, InstantSource.system());
  }

  LeaseAge(LongSupplier nanos, InstantSource clock) {
    this.nanos = nanos;
    this.clock = clock;
  }

  Moment now() {
    return new Moment(nanos.getAsLong(), clock.instant());
  }

  /**
   * It was renewed.
   *
   * @param asked before the API server was asked, as others count from some time after that
   */
  void renewed(Moment asked) {
    renewed = Optional.of(asked);
  }

  /** It was given away. */
  void ended() {
    renewed = Optional.empty();
  }

  /** Whether it was renewed, and no longer ago than this by either clock. */
  boolean isWithin(Duration age) {
    Moment now = now();
    return renewed
        .filter(last -> now.nanos() - last.nanos() <= age.toNanos())
        .filter(last -> !now.instant().isAfter(last.instant().plus(age)))
        .isPresent();
  }
}
