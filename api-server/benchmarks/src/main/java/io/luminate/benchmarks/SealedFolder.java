// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks;

import io.luminate.benchmarks.process.ProcessUsage;
import io.luminate.store.rocksdb.engine.RocksMetricsStore;
import io.luminate.store.rocksdb.engine.RocksStoreOptions;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The size of a data folder when nothing is left in the journal: how much of it is still there when
 * a load ends is chance.
 */
final class SealedFolder {
  private SealedFolder() {}

  /** Seals what the stopped server left, and counts all but the journal. */
  static long bytes(Path folder) throws IOException {
    RocksStoreOptions defaults = RocksStoreOptions.defaults();
    RocksStoreOptions byHand =
        defaults.withUpkeep(
            false, defaults.upkeep().lateHeadAge(), defaults.upkeep().cleanupInterval());
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, byHand)) {
      store.sealNow();
    }
    return ProcessUsage.fileBytes(folder) - ProcessUsage.fileBytes(folder.resolve("journal"));
  }
}
