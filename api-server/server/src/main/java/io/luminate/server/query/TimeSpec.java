// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import java.time.Duration;

/** The time a query is about, as asked for; both ends are included. */
public sealed interface TimeSpec {
  /** From the first instant to the last. */
  record Absolute(long startMillis, long endMillis) implements TimeSpec {}

  /** The given time up to now. */
  record Relative(Duration back) implements TimeSpec {}
}
