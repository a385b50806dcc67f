// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.Tables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps ClickHouse from merging in order to free rows, as long as a change is under way. There are
 * two parts of it: a setting of the table, which stays over a restart and can be looked up, and a
 * stop that a server forgets when it ends, and does not show. So the stop is told to all again once
 * a server has been started since, or is there that was not, or the setting has gone.
 *
 * <p>Invariant: the setting is there before the stop, and goes after it. So a start by another
 * process that came after the stop takes the setting away later still, where it is missed.
 *
 * <p>For one thread at a time.
 */
final class FreeingStop {
  private static final long NEVER = -1;

  private final ClickHouseClient client;
  private final Tables tables;
  private final Alterations alterations;
  private long toldForVersion = NEVER;
  private long toldNanos;
  private Set<String> told = Set.of();

  /**
   * A server that has the table.
   *
   * @param up since it was started, rounded down to seconds
   * @param held whether the table has the setting there
   */
  private record Server(String name, Duration up, boolean held) {}

  FreeingStop(ClickHouseClient client, Tables tables, Alterations alterations) {
    this.client = client;
    this.tables = tables;
    this.alterations = alterations;
  }

  /**
   * @param version of the change, each of which is told once at least
   */
  void keepStopped(long version) {
    List<Server> servers = servers();
    if (version != toldForVersion || !servers.stream().allMatch(this::isStopped)) {
      toldForVersion = NEVER;
      long beganNanos = System.nanoTime();
      client.execute(alterations.beginNoFreeing());
      client.execute(alterations.stopFreeing());
      toldForVersion = version;
      toldNanos = beganNanos;
      told = servers.stream().map(Server::name).collect(Collectors.toUnmodifiableSet());
    }
  }

  private boolean isStopped(Server server) {
    Duration since = Duration.ofNanos(System.nanoTime() - toldNanos);
    return server.held() && told.contains(server.name()) && server.up().compareTo(since) > 0;
  }

  void start() {
    toldForVersion = NEVER;
    client.execute(alterations.startFreeing());
    client.execute(alterations.beginFreeing());
  }

  private List<Server> servers() {
    Statement question =
        Statement.of(
                "SELECT "
                    + TtlChange.SERVER
                    + ", toInt64(uptime()), toInt64(position(engine_full, {held:String}) > 0) FROM "
                    + tables.system("tables")
                    + " WHERE database = {database:String} AND name = {table:String}")
            .with("held", Alterations.NO_FREEING)
            .with("database", tables.database())
            .with("table", tables.storedName(Tables.POINTS));
    return client
        .query(
            question,
            rows -> {
              List<Server> servers = new ArrayList<>();
              while (rows.hasNext()) {
                servers.add(
                    new Server(rows.string(), Duration.ofSeconds(rows.int64()), rows.int64() == 1));
              }
              return servers;
            })
        .value();
  }
}
