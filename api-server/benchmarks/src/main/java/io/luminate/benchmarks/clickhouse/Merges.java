// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.clickhouse;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import java.time.Duration;

/** What ClickHouse does with parts behind the back of whoever inserted them. */
final class Merges {
  /** How long they are waited for. */
  static final Duration AWAITED = Duration.ofMinutes(5);

  private static final Duration POLL = Duration.ofMillis(200);
  private static final int QUIET_POLLS = 15;

  private Merges() {}

  /** Until there was none for a while, as it is never wholly idle; whether that came. */
  static boolean awaitEnd(ClickHouseServer clickHouse) throws InterruptedException {
    int quiet = 0;
    for (long polls = AWAITED.dividedBy(POLL); polls > 0 && quiet < QUIET_POLLS; polls--) {
      Thread.sleep(POLL);
      boolean merging =
          !clickHouse.query("SELECT count() FROM system.merges").getFirst().equals("0");
      quiet = merging ? 0 : quiet + 1;
    }
    return quiet == QUIET_POLLS;
  }
}
