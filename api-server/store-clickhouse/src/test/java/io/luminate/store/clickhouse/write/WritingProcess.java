// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.ClickHouseUser;
import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.TenantId;
import io.luminate.store.BodyHash;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.schema.Ownership;
import io.luminate.store.clickhouse.schema.Schema;
import io.luminate.store.clickhouse.schema.Slots;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The writing half of a store as one process has it, with a client and a clock of its own. */
final class WritingProcess implements AutoCloseable {
  static final TenantId ACME = new TenantId("acme");
  static final TenantId GLOBEX = new TenantId("globex");

  /** 2026-03-11T12:00:00Z. */
  static final long NOW = 1_773_230_400_000L;

  static final long DAY = Duration.ofDays(1).toMillis();

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ClickHouseClient client;
  private final PointWriter writer;
  private volatile long nowMillis = NOW;

  private WritingProcess(ClickHouseAccess access, WriteOptions options) {
    Tables tables = tables(access.database());
    this.client = new ClickHouseClient(access);
    this.writer =
        new PointWriter(
            client,
            tables,
            new Slots(client, client, tables, options.writeTimeout()),
            EntityKeys.DEFAULT,
            () -> Instant.ofEpochMilli(nowMillis),
            options);
  }

  static WritingProcess start(URI url, ClickHouseUser user, String database, WriteOptions options) {
    return new WritingProcess(access(url, user, database), options);
  }

  static WritingProcess start(ClickHouseServer server, String database) {
    return start(server.httpUrl(), server.luminate(), database, WriteOptions.DEFAULT);
  }

  /** A database with the tables in it. */
  static String newDatabase(ClickHouseServer server) {
    String database = server.newDatabase();
    try (ClickHouseClient client =
        new ClickHouseClient(access(server.httpUrl(), server.luminate(), database))) {
      Schema.open(client, tables(database), new Ownership("test", false), EntityKeys.DEFAULT);
    }
    return database;
  }

  private static Tables tables(String database) {
    return new Tables(database, new Topology.SingleServer());
  }

  private static ClickHouseAccess access(URI url, ClickHouseUser user, String database) {
    return new ClickHouseAccess(
        List.of(url.toString()), database, user.name(), user.password(), 10, Duration.ofHours(1));
  }

  PointWriter writer() {
    return writer;
  }

  void advance(Duration time) {
    nowMillis += time.toMillis();
  }

  /** A batch of one metric's points, with values 0, 1, 2 …, spread over some days before now. */
  PointBatch batch(TenantId tenant, String metric, int points, int days, String... dimensions) {
    PointBatch batch = new PointBatch(tenant, points);
    long handle = writer.seriesHandle(tenant, metric, Dimensions.of(dimensions));
    for (int i = 0; i < points; i++) {
      batch.add(handle, NOW - i % days * DAY + i, i);
    }
    return batch;
  }

  void write(PointBatch batch) {
    writer.write(WriteRequest.unkeyed(batch));
  }

  IdempotencyClaim claim(String key, BodyHash body) {
    return writer.claim(ACME, key, body, QueryControl.withTimeout(PATIENCE));
  }

  /** A claim of a key that nobody has used. */
  IdempotencyClaim.Held hold(String key, BodyHash body) {
    return (IdempotencyClaim.Held) claim(key, body);
  }

  void write(PointBatch batch, IdempotencyClaim.Held claim, byte[] receipt) {
    writer.write(WriteRequest.keyed(batch, claim, receipt));
  }

  @Override
  public void close() {
    writer.close();
    client.close();
  }
}
