// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.model.TenantId;
import io.luminate.store.SharedReads;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import io.luminate.store.clickhouse.client.Recurring;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.Tables;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table that says when metrics were last read through any process. Of a metric it has one row,
 * once merged; nobody waits for what is written, and what ClickHouse does not take is told again
 * within the hour.
 */
public final class ReadNotes implements AutoCloseable {
  /** Protects the heap while ClickHouse is away: some megabytes. */
  static final int WAITING_MAX = 10_000;

  /** Of one statement: ClickHouse takes 128 KiB for a parameter. */
  private static final int ROWS_MAX = 200;

  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Duration WITHIN = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(ReadNotes.class);

  private record Metric(TenantId tenant, String name) {}

  private final ClickHouseClient client;
  private final Tables tables;
  private final InstantSource clock;

  /** Guarded by itself. */
  private final Set<Metric> waiting = new LinkedHashSet<>();

  private final Recurring writing;

  public ReadNotes(ClickHouseClient client, Tables tables, InstantSource clock) {
    this.client = client;
    this.tables = tables;
    this.clock = clock;
    this.writing = Recurring.start("read-notes", EVERY, this::write);
  }

  /** Goes with the next ones. */
  public void note(TenantId tenant, String metric) {
    synchronized (waiting) {
      if (waiting.size() < WAITING_MAX) {
        waiting.add(new Metric(tenant, metric));
      }
    }
  }

  void write() {
    for (List<Metric> some = next(); !some.isEmpty(); some = next()) {
      write(some);
    }
  }

  private List<Metric> next() {
    synchronized (waiting) {
      List<Metric> some = waiting.stream().limit(ROWS_MAX).toList();
      some.forEach(waiting::remove);
      return some;
    }
  }

  private void write(List<Metric> metrics) {
    List<String> tenants = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Metric metric : metrics) {
      tenants.add(metric.tenant().value());
      names.add(metric.name());
    }
    client.execute(
        Statement.of(
                "INSERT INTO "
                    + tables.reads()
                    + " (tenant, metric, at_millis) SELECT read.1, read.2, {at:Int64} FROM (SELECT"
                    + " arrayJoin(arrayZip({tenants:Array(String)}, {metrics:Array(String)})) AS"
                    + " read)")
            .with("at", clock.millis())
            .with("tenants", tenants)
            .with("metrics", names)
            .within(WITHIN));
  }

  /** What all processes have written. */
  public SharedReads of(TenantId tenant, String metric) {
    return client
        .query(
            Statement.of(
                    "SELECT max(at_millis), toInt64(count()), ifNull((SELECT toUnixTimestamp64Milli(min(at)) FROM "
                        + tables.schema()
                        + " WHERE fact = 'version' AND version >= "
                        + Tables.READS_SINCE_VERSION
                        + "), 0) FROM "
                        + tables.reads()
                        + " WHERE tenant = {tenant:String} AND metric = {metric:String}")
                .with("tenant", tenant.value())
                .with("metric", metric)
                .within(WITHIN)
                .asRepeatable(),
            this::reads)
        .value();
  }

  private SharedReads reads(RowReader row) throws IOException {
    Instant last = Instant.ofEpochMilli(row.int64());
    boolean isRead = row.int64() > 0;
    Instant began = Instant.ofEpochMilli(row.int64());
    Instant oldest = clock.instant().minus(Tables.READS_KEPT);
    return new SharedReads(
        isRead ? Optional.of(last) : Optional.empty(), began.isAfter(oldest) ? began : oldest);
  }

  /** Writes what still waits, if ClickHouse takes it. */
  @Override
  public void close() {
    writing.close();
    try {
      write();
    } catch (ClickHouseFailure away) {
      LOG.info("the last reads of metrics are not noted: {}", away.getMessage());
    }
  }
}
