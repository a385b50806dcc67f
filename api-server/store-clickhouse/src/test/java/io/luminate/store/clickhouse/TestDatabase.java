// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.EntityKeys;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.schema.Ownership;
import io.luminate.store.clickhouse.schema.Schema;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A database of a test's own on a real server, and clients of it. */
public final class TestDatabase implements AutoCloseable {
  public static final Ownership OWNERSHIP = new Ownership("tests", false);

  private static final int CONNECTIONS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ClickHouseServer server;
  private final Tables tables;
  private final List<ClickHouseClient> clients = new ArrayList<>();

  private TestDatabase(ClickHouseServer server, String name) {
    this.server = server;
    this.tables = new Tables(name, new Topology.SingleServer());
  }

  /** Without any table, on the server that all tests share. */
  public static TestDatabase empty() {
    return on(ClickHouse.shared());
  }

  public static TestDatabase on(ClickHouseServer server) {
    return new TestDatabase(server, server.newDatabase());
  }

  /** With Luminate's tables, on the server that all tests share. */
  public static TestDatabase withTables() {
    TestDatabase database = empty();
    Schema.open(database.client(), database.tables(), OWNERSHIP, EntityKeys.DEFAULT);
    return database;
  }

  public Tables tables() {
    return tables;
  }

  public ClickHouseServer server() {
    return server;
  }

  public ClickHouseAccess access() {
    return new ClickHouseAccess(
        List.of(server.httpUrl().toString()),
        tables.database(),
        server.user(),
        server.password(),
        CONNECTIONS,
        Duration.ofHours(1));
  }

  /** Another one each time, as another process would have it. */
  public ClickHouseClient client() {
    ClickHouseClient client = new ClickHouseClient(access());
    clients.add(client);
    return client;
  }

  /** What background merges come to in time. */
  public void mergePoints() {
    server.execute("OPTIMIZE TABLE " + tables.points() + " FINAL");
  }

  /** One row's first column, as text. */
  public String value(String sql) {
    return server.query(sql).getFirst();
  }

  /** The same under a name of its own; whoever knows this one does not find it any more. */
  TestDatabase renamed(int number) {
    clients.forEach(ClickHouseClient::close);
    String name = tables.database().replaceFirst("(_n\\d+)?$", "_n" + number);
    server.execute("RENAME DATABASE " + tables.database() + " TO " + name);
    return new TestDatabase(server, name);
  }

  /** By a statement that runs, or whose client has the answer and that is not logged yet. */
  boolean isAskedFor() {
    return !value(
            "SELECT count() FROM system.processes WHERE current_database = '"
                + tables.database()
                + "'")
        .equals("0");
  }

  /**
   * Brings all that has ended into the log of queries: one that its client has the answer of may
   * still be among those that run, until it is logged.
   */
  public void flushQueryLog() {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (isAskedFor()) {
      if (Instant.now().isAfter(giveUp)) {
        throw new AssertionError("statements go on in " + tables.database());
      }
    }
    server.execute("SYSTEM FLUSH LOGS query_log");
  }

  /** Tables that stay keep the server's background threads busy. */
  @Override
  public void close() {
    clients.forEach(ClickHouseClient::close);
    if (server.isRunning()) {
      server.execute("DROP DATABASE IF EXISTS " + tables.database());
    }
  }
}
