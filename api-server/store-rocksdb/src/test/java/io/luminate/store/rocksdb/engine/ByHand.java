// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.journal.Durability;
import java.time.Duration;
import java.time.InstantSource;

/** What an engine is opened with that forces each frame and does no upkeep by itself. */
final class ByHand {
  private ByHand() {}

  static RocksStoreOptions options(InstantSource clock) {
    return RocksStoreOptions.defaults()
        .withClock(clock)
        .withDurability(Durability.DISK)
        .withSizes(64L << 20, 64L << 20, 1L << 20, 0)
        .withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO);
  }
}
