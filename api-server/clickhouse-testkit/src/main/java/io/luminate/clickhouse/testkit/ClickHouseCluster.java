// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Some servers, each a shard of one replica, that know each other as the cluster {@link #NAME}.
 * There is no Keeper: {@code Distributed} tables work, {@code Replicated*} and {@code ON CLUSTER}
 * do not, unless it is asked at its {@link #front}.
 */
public final class ClickHouseCluster implements AutoCloseable {
  public static final String NAME = "luminate";

  /** More would not fit beside a build on a small machine. */
  private static final int SHARDS_MAX = 4;

  /** Several share the machine. */
  private static final long SHARD_MEMORY_BYTES_MAX = 4096L << 20;

  private final List<ClickHouseServer> shards;
  private final ClusterFront front;

  private ClickHouseCluster(List<ClickHouseServer> shards) {
    this.shards = shards;
    this.front = ClusterFront.of(shards);
  }

  /** All of them answer when this returns. */
  public static ClickHouseCluster start(Path folder, int shards) {
    if (shards < 1 || shards > SHARDS_MAX) {
      throw new IllegalArgumentException("a cluster has 1 to " + SHARDS_MAX + " shards: " + shards);
    }
    ClickHouseOptions options =
        ClickHouseOptions.DEFAULT.withMemoryBytesMax(SHARD_MEMORY_BYTES_MAX);
    ClickHouseCluster cluster = new ClickHouseCluster(ClickHouse.shards(folder, shards, options));
    try {
      cluster.shards.forEach(ClickHouseServer::begin);
      cluster.shards.forEach(ClickHouseServer::awaitAnswer);
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  public List<ClickHouseServer> shards() {
    return shards;
  }

  /** Of the whole, as if it had a Keeper, with the users of the first shard. */
  public URI front() {
    return front.url();
  }

  /** A statement without a result, on every shard. */
  public void execute(String sql) {
    shards.forEach(shard -> shard.execute(sql));
  }

  /** A database of one name on every shard. */
  public String newDatabase() {
    String name = ClickHouseServer.newDatabaseName();
    execute("CREATE DATABASE " + name);
    return name;
  }

  @Override
  public void close() {
    front.close();
    shards.forEach(ClickHouseServer::close);
  }
}
