// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Stands still until it is told to go on. */
final class TestClock implements InstantSource {
  private Instant now = Instant.parse("2026-03-11T12:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  void pass(Duration duration) {
    now = now.plus(duration);
  }
}
