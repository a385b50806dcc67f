// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.TenantId;
import io.luminate.store.PointBatch;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesLimits.Overflow;
import io.luminate.store.SeriesName;
import io.luminate.store.SeriesRequest;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.schema.Slots;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.write.PointWriter;
import io.luminate.store.clickhouse.write.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** What one process has to write points and to count their series. */
final class CountingProcess implements AutoCloseable {
  static final TenantId ACME = new TenantId("acme");
  static final Duration KEPT = Duration.ofDays(30);

  private final ClickHouseClient client;
  private final PointWriter writer;
  private final Cardinality cardinality;
  private volatile Duration ahead = Duration.ZERO;
  private volatile Duration kept = KEPT;

  CountingProcess(ClickHouseAccess access, Tables tables) {
    this.client = new ClickHouseClient(access);
    this.writer =
        new PointWriter(
            client,
            tables,
            new Slots(client, client, tables, Duration.ofSeconds(10)),
            EntityKeys.DEFAULT,
            this::now,
            WriteOptions.DEFAULT);
    this.cardinality =
        new Cardinality(
            writer,
            client,
            client,
            tables,
            EntityKeys.DEFAULT,
            this::now,
            (tenant, metric) -> kept,
            Duration.ofDays(1));
  }

  private Instant now() {
    return Instant.now().plus(ahead);
  }

  void setAhead(Duration value) {
    ahead = value;
  }

  void setKept(Duration value) {
    kept = value;
  }

  Cardinality cardinality() {
    return cardinality;
  }

  List<SeriesAdmission> ask(String metric, int from, int to, long seriesMax) {
    return ask(series(metric, from, to), new SeriesLimits(seriesMax, 1_000, Overflow.REJECT));
  }

  List<SeriesAdmission> ask(List<SeriesName> series, SeriesLimits limits) {
    return cardinality.admit(new SeriesRequest(ACME, series, limits));
  }

  static List<SeriesName> series(String metric, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> new SeriesName(metric, Dimensions.of("customer", "c" + i)))
        .toList();
  }

  /** How many of the series come in. */
  long letIn(String metric, int from, int to, long seriesMax) {
    return ask(metric, from, to, seriesMax).stream()
        .filter(answer -> answer instanceof SeriesAdmission.Admitted)
        .count();
  }

  /** A point of each series. */
  void write(String metric, int from, int to) {
    PointBatch batch = new PointBatch(ACME, to - from);
    for (SeriesName series : series(metric, from, to)) {
      batch.add(writer.seriesHandle(ACME, metric, series.dimensions()), now().toEpochMilli(), 1);
    }
    writer.write(WriteRequest.unkeyed(batch));
  }

  @Override
  public void close() {
    writer.close();
    cardinality.close();
    client.close();
  }
}
