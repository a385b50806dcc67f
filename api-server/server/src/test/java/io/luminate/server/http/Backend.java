// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.store.MetricsStore;
import io.luminate.store.rocksdb.engine.RocksMetricsStore;
import io.luminate.store.rocksdb.engine.RocksStoreOptions;
import java.nio.file.Path;

/** A store for a test to run on. */
enum Backend {
  ROCKSDB,
  CLICKHOUSE;

  /** An empty one, in an empty folder. */
  MetricsStore open(Path folder) {
    return switch (this) {
      case ROCKSDB -> RocksMetricsStore.open(folder, RocksStoreOptions.defaults());
      case CLICKHOUSE -> BothStoresTest.clickHouse();
    };
  }
}
