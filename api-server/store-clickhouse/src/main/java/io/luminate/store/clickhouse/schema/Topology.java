// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

/** How the ClickHouse servers behind a store belong together. */
public sealed interface Topology {

  /** One server holds everything. */
  record SingleServer() implements Topology {}

  /**
   * The shards and replicas of the cluster that ClickHouse's own configuration calls {@code name}.
   */
  record Cluster(String name) implements Topology {
    public Cluster {
      Identifiers.require("cluster", name);
    }
  }
}
