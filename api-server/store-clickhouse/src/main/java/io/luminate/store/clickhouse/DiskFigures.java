// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many bytes each server of ClickHouse has on its disk. One that is away does no harm, and
 * counts as it was seen last: what it has is no less for that.
 */
final class DiskFigures {
  private static final Logger LOG = LoggerFactory.getLogger(DiskFigures.class);

  private final ClickHouseClient client;
  private final Tables tables;
  private final Duration within;

  /** By the server's number in the cluster. Guarded by this. */
  private Map<Long, Long> last = Map.of();

  DiskFigures(ClickHouseClient client, Tables tables, Duration within) {
    this.client = client;
    this.tables = tables;
    this.within = within;
  }

  /** Of all servers together. ClickHouse keeps the numbers at hand. */
  long bytes() {
    Map<Long, Long> now = ask();
    synchronized (this) {
      if (!now.keySet().containsAll(last.keySet())) {
        now = withThoseAway(now);
      }
      last = now;
      return now.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  private Map<Long, Long> ask() {
    return client
        .query(
            Statement.of(
                    "SELECT "
                        + number()
                        + " AS server, toInt64(sum(bytes_on_disk)) FROM "
                        + tables.system("parts")
                        + " WHERE active AND database = {database:String} GROUP BY server")
                .with("database", tables.database())
                .withSetting("skip_unavailable_shards", "1")
                .within(within),
            DiskFigures::byServer)
        .value();
  }

  private String number() {
    return switch (tables.topology()) {
      case Topology.SingleServer single -> "toInt64(1)";
      case Topology.Cluster cluster -> "toInt64(_shard_num)";
    };
  }

  private static Map<Long, Long> byServer(RowReader rows) throws IOException {
    Map<Long, Long> bytes = new TreeMap<>();
    while (rows.hasNext()) {
      bytes.put(rows.int64(), rows.int64());
    }
    return bytes;
  }

  /** Numbers past the last server's are of servers that were taken out of the cluster. */
  private Map<Long, Long> withThoseAway(Map<Long, Long> answered) {
    long servers = servers();
    Map<Long, Long> all = new TreeMap<>(last);
    all.keySet().removeIf(number -> number > servers);
    all.putAll(answered);
    LOG.debug("{} of {} servers said how much they have", answered.size(), servers);
    return all;
  }

  private long servers() {
    return switch (tables.topology()) {
      case Topology.SingleServer single -> 0;
      case Topology.Cluster cluster ->
          client
              .query(
                  Statement.of(
                          "SELECT toInt64(count()) FROM system.clusters WHERE cluster ="
                              + " {cluster:String}")
                      .with("cluster", cluster.name())
                      .within(within),
                  RowReader::int64)
              .value();
    };
  }
}
