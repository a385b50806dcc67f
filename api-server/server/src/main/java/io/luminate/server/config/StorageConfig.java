// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

/**
 * The store behind the API; both sections may stand in a file, the backend says which one counts.
 */
public record StorageConfig(Backend backend, RocksDbConfig rocksdb, ClickHouseConfig clickhouse) {
  /** The two kinds of store, chosen once. */
  public enum Backend {
    ROCKSDB,
    CLICKHOUSE
  }
}
