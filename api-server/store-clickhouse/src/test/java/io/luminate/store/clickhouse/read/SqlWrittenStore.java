// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.Dimensions;
import io.luminate.model.Filter;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.BodyHash;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.IdempotencyLedger;
import io.luminate.store.MetricCardinality;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.RetentionReport;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.schema.Ownership;
import io.luminate.store.clickhouse.schema.Schema;
import io.luminate.store.clickhouse.schema.Slots;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import io.luminate.store.testkit.ContractSettings;
import io.luminate.store.testkit.TenantPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A store that answers as it should, and writes in a way that is good enough for a test. */
final class SqlWrittenStore implements MetricsStore {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private record Series(TenantId tenant, String metricName, Dimensions dimensions) {}

  private record Metric(TenantId tenant, String name) {}

  private final ContractSettings settings;
  private final ClickHouseServer server = ClickHouse.shared();
  private final Tables tables;
  private final ClickHouseClient client;
  private final ClickHouseReads reads;
  private final SqlRows rows;
  private final IdempotencyLedger ledger;
  private final Map<Series, Long> handles = new HashMap<>();
  private final List<Series> seriesByHandle = new ArrayList<>();
  private final Map<Metric, Duration> ownRetentions = new HashMap<>();
  private RetentionPolicies policies;

  SqlWrittenStore(ContractSettings settings, ReadLimits limits) {
    this.settings = settings;
    this.policies = settings.retention();
    this.tables = new Tables(server.newDatabase(), new Topology.SingleServer());
    this.client = client(server, tables.database());
    Schema.open(client, tables, new Ownership("test", false));
    Slots slots = new Slots(client, tables, PATIENCE);
    this.reads =
        new ClickHouseReads(
            client, tables, new Slots(client, tables, PATIENCE), settings.entityKeys(), limits);
    this.rows = new SqlRows(server.as(server.luminate()), tables, slots);
    this.ledger = new IdempotencyLedger(settings.clock(), Duration.ofHours(1), 1_000);
  }

  static ClickHouseClient client(ClickHouseServer server, String database) {
    return new ClickHouseClient(
        new ClickHouseAccess(
            List.of(server.httpUrl().toString()),
            database,
            server.user(),
            server.password(),
            10,
            Duration.ofMinutes(5)));
  }

  ClickHouseReads reads() {
    return reads;
  }

  Tables tables() {
    return tables;
  }

  @Override
  public synchronized long seriesHandle(TenantId tenant, String metricName, Dimensions dimensions) {
    Series series = new Series(tenant, metricName, dimensions);
    return handles.computeIfAbsent(
        series,
        s -> {
          seriesByHandle.add(s);
          return seriesByHandle.size() - 1L;
        });
  }

  @Override
  public IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control) {
    return ledger.claim(tenant, key, body, control);
  }

  @Override
  public synchronized void write(WriteRequest request) {
    PointBatch batch = request.batch();
    List<TenantPoint> points = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      Series series = seriesByHandle.get(Math.toIntExact(batch.handles()[i]));
      if (!series.tenant().equals(batch.tenant())) {
        throw new IllegalArgumentException("a series of another tenant");
      }
      points.add(
          new TenantPoint(
              series.tenant(),
              series.metricName(),
              series.dimensions(),
              batch.timestampsMillis()[i],
              batch.values()[i]));
    }
    if (!points.isEmpty()) {
      rows.insert(points);
    }
    request.keyed().ifPresent(keyed -> ledger.record(keyed.claim(), keyed.receipt()));
  }

  private synchronized long retainedFrom(TenantId tenant, String metricName) {
    Duration own = ownRetentions.get(new Metric(tenant, metricName));
    Duration retention = own == null ? policies.retentionOf(tenant, metricName) : own;
    return settings.clock().millis() - retention.toMillis();
  }

  @Override
  public RangeResult queryRange(RangeQuery query, QueryControl control) {
    return reads.queryRange(query, retainedFrom(query.tenant(), query.metricName()), control);
  }

  @Override
  public AggregateResult aggregate(AggregateQuery query, QueryControl control) {
    return reads.aggregate(query, retainedFrom(query.tenant(), query.metricName()), control);
  }

  @Override
  public RateResult rate(RateQuery query, QueryControl control) {
    return reads.rate(query, retainedFrom(query.tenant(), query.metricName()), control);
  }

  @Override
  public List<String> listMetrics(TenantId tenant, List<Filter> filters, QueryControl control) {
    return reads.listMetrics(tenant, filters, name -> retainedFrom(tenant, name), control);
  }

  @Override
  public List<String> listDimensionKeys(
      TenantId tenant, String metricName, List<Filter> filters, QueryControl control) {
    return reads.listDimensionKeys(
        tenant, metricName, filters, retainedFrom(tenant, metricName), control);
  }

  @Override
  public ValuesResult listDimensionValues(ValuesQuery query, QueryControl control) {
    return reads.listDimensionValues(
        query, retainedFrom(query.tenant(), query.metricName()), control);
  }

  @Override
  public DeleteReceipt deleteBefore(TenantId tenant, String metricName, long beforeMillis) {
    server.execute(
        "ALTER TABLE "
            + tables.points()
            + " DELETE WHERE tenant = '"
            + tenant
            + "' AND metric = '"
            + metricName
            + "' AND timestamp < "
            + beforeMillis
            + " SETTINGS mutations_sync = 2");
    return new DeleteReceipt("delete", DeleteReceipt.Status.DONE);
  }

  @Override
  public synchronized Instant setRetention(TenantId tenant, String metricName, Duration retention) {
    ownRetentions.put(new Metric(tenant, metricName), retention);
    return settings.clock().instant();
  }

  @Override
  public synchronized void applyRetention(RetentionPolicies replacement) {
    policies = replacement;
  }

  @Override
  public RetentionReport enforceRetention() {
    return new RetentionReport(0, 0);
  }

  @Override
  public StoreStats stats() {
    List<String> row =
        List.of(
            server
                .query("SELECT uniqExact(tenant, metric, series), count() FROM " + tables.points())
                .getFirst()
                .split("\t"));
    return new StoreStats(Long.parseLong(row.getFirst()), Long.parseLong(row.getLast()), 0);
  }

  @Override
  public StoreStats stats(TenantId tenant) {
    return reads.stats(tenant, QueryControl.withTimeout(Duration.ofSeconds(30)));
  }

  @Override
  public List<MetricCardinality> largestMetrics(int limit) {
    return server
        .query(
            "SELECT tenant, metric, uniqExact(series) AS n FROM "
                + tables.points()
                + " GROUP BY tenant, metric ORDER BY n DESC, tenant, metric LIMIT "
                + limit)
        .stream()
        .map(line -> line.split("\t"))
        .map(f -> new MetricCardinality(new TenantId(f[0]), f[1], Long.parseLong(f[2])))
        .toList();
  }

  @Override
  public StoreHealth health() {
    return new StoreHealth.Healthy(0);
  }

  @Override
  public void close() {
    client.close();
    server.execute("DROP DATABASE " + tables.database() + " SYNC");
  }
}
