// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.clickhouse.testkit.ClickHouseCluster;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.schema.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Servers over which the rows of a database are spread, and what a store needs to know of them. */
public final class Shards implements AutoCloseable {
  private static final int CONNECTIONS = 8;

  private final ClickHouseCluster cluster;

  private Shards(ClickHouseCluster cluster) {
    this.cluster = cluster;
  }

  public static Shards start(Path folder, int shards) {
    return new Shards(ClickHouseCluster.start(folder, shards));
  }

  /** A store's, in a database that it makes itself. */
  public static ClickHouseStoreOptions inFront(ClickHouseStoreOptions options) {
    return options.withDatabase(
        new Topology.Cluster(ClickHouseCluster.NAME), TestDatabase.OWNERSHIP);
  }

  public ClickHouseAccess access(String database) {
    return new ClickHouseAccess(
        List.of(cluster.front().toString()),
        database,
        near().user(),
        near().password(),
        CONNECTIONS,
        Duration.ofHours(1));
  }

  /** The one that is asked. */
  public ClickHouseServer near() {
    return cluster.shards().getFirst();
  }

  /** One of the others. */
  public ClickHouseServer far() {
    return cluster.shards().getLast();
  }

  public List<ClickHouseServer> all() {
    return cluster.shards();
  }

  /** On each of them. */
  public void execute(String sql) {
    cluster.execute(sql);
  }

  /** What background merges come to in time. */
  public void mergePoints(String database) {
    cluster.execute("OPTIMIZE TABLE " + database + ".points_local FINAL");
  }

  /** Hundreds of databases are more than a shard has memory for. */
  public void drop(String database) {
    cluster.execute("DROP DATABASE IF EXISTS " + database + " SYNC");
  }

  @Override
  public void close() {
    cluster.close();
  }
}
