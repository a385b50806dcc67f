// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.MetricsStore;
import io.luminate.store.rocksdb.journal.Durability;
import io.luminate.store.testkit.CardinalityCases;
import io.luminate.store.testkit.ContractSettings;
import io.luminate.store.testkit.MetricsStoreContract;
import io.luminate.store.testkit.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The embedded store under the contract, with all points in one stage of their life. */
abstract class RocksContract extends MetricsStoreContract implements CardinalityCases {
  private static final long MIB = 1L << 20;

  @TempDir Path folder;

  private final Map<MetricsStore, Opened> opened = new HashMap<>();
  private int folders;

  private record Opened(Path folder, RocksStoreOptions options) {}

  @Override
  protected MetricsStore open(ContractSettings settings) {
    RocksStoreOptions options =
        RocksStoreOptions.defaults()
            .withClock(settings.clock())
            .withData(settings.entityKeys(), settings.retention())
            .withDurability(Durability.PROCESS)
            .withSizes(64 * MIB, 256 * MIB, 4 * MIB, MIB)
            .withUpkeep(true, Duration.ofMinutes(10), Duration.ZERO);
    return open(new Opened(folder.resolve("data-" + folders++), options));
  }

  private MetricsStore open(Opened how) {
    RocksMetricsStore store = RocksMetricsStore.open(how.folder(), how.options());
    opened.put(store, how);
    return store;
  }

  @Override
  protected MetricsStore settle(MetricsStore store, Stage stage) {
    RocksMetricsStore rocks = (RocksMetricsStore) store;
    return switch (stage) {
      case HEAD -> store;
      case SEALED -> {
        rocks.sealNow();
        yield store;
      }
      case MERGED -> {
        rocks.sealNow();
        rocks.mergeNow();
        yield store;
      }
      case REOPENED -> {
        Opened how = opened.get(store);
        store.close();
        yield open(how);
      }
    };
  }

  @AfterEach
  void forget() {
    opened.clear();
  }
}
