// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.clickhouse.testkit.ClickHouseCluster;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.EntityKeys;
import io.luminate.model.Filter;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.BodyHash;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.KeysResult;
import io.luminate.store.MetricCardinality;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricNamesResult;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.RetentionReport;
import io.luminate.store.RetentionStatus;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesBreakdown;
import io.luminate.store.SeriesRequest;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.read.ClickHouseReads;
import io.luminate.store.clickhouse.read.ReadLimits;
import io.luminate.store.clickhouse.retention.Deletes;
import io.luminate.store.clickhouse.retention.Retention;
import io.luminate.store.clickhouse.retention.RetentionOptions;
import io.luminate.store.clickhouse.schema.Schema;
import io.luminate.store.clickhouse.schema.Slots;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import io.luminate.store.clickhouse.write.PointWriter;
import io.luminate.store.clickhouse.write.WriteOptions;
import io.luminate.store.testkit.ContractSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The parts of the store in front of shards without a Keeper. Points and ledger are spread by
 * {@code Distributed} tables as the store makes them in a cluster; what a cluster would replicate,
 * and statements for every server, are the first shard's alone or go to each.
 */
final class ShardedStore implements MetricsStore {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** The contract's clock stands in the past, ClickHouse's does not, and TTL goes by the latter. */
  private static final Duration MARGIN = Duration.ofDays(3_650);

  private final ContractSettings settings;
  private final ClickHouseCluster cluster;
  private final String local;
  private final List<ClickHouseClient> shards;
  private final ClickHouseClient client;
  private final PointWriter writer;
  private final ClickHouseReads reads;
  private final Retention retention;
  private final List<Deletes> deletes;
  private final Map<String, DeleteReceipt> receipts = new HashMap<>();
  private final StoredFigures figures;

  private ShardedStore(ContractSettings settings, ClickHouseCluster cluster, String local) {
    this.settings = settings;
    this.cluster = cluster;
    this.local = local;
    Tables each = new Tables(local, new Topology.SingleServer());
    Tables all = new Tables(spread(local), new Topology.Cluster(ClickHouseCluster.NAME));
    this.shards = cluster.shards().stream().map(shard -> client(shard, local)).toList();
    this.client = client(cluster.shards().getFirst(), spread(local));
    Slots slots = new Slots(shards.getFirst(), shards.getFirst(), each, TIMEOUT);
    this.writer =
        new PointWriter(
            client, all, slots, settings.entityKeys(), settings.clock(), WriteOptions.DEFAULT);
    this.reads =
        new ClickHouseReads(
            client, 10, all, slots, settings.entityKeys(), ReadLimits.ofMemory(1L << 30));
    this.retention =
        Retention.open(
            shards.getFirst(),
            each,
            new RetentionOptions(
                settings.clock(),
                RetentionRules.configured(settings.retention()),
                RetentionOptions.SHORTENING_GRACE,
                MARGIN));
    this.figures =
        new StoredFigures(client, client, all, Optional::empty, () -> {}, retention::retainedDays);
    this.deletes =
        shards.stream().map(shard -> new Deletes(shard, each, slots, settings.clock())).toList();
  }

  /** Makes the tables. */
  static ShardedStore create(ContractSettings settings, ClickHouseCluster cluster) {
    String local = cluster.newDatabase();
    for (ClickHouseServer shard : cluster.shards()) {
      try (ClickHouseClient client = client(shard, local)) {
        Schema.open(
            client,
            new Tables(local, new Topology.SingleServer()),
            TestDatabase.OWNERSHIP,
            EntityKeys.DEFAULT);
      }
    }
    cluster.execute("CREATE DATABASE " + spread(local));
    distribute(
        cluster,
        local,
        "points",
        "if(entity = '', cityHash64(tenant, series), cityHash64(tenant, entity))");
    distribute(cluster, local, "ledger", "cityHash64(tenant, key)");
    return new ShardedStore(settings, cluster, local);
  }

  /** The statement that has a shard do what background merges come to in time. */
  String mergePoints() {
    return "OPTIMIZE TABLE " + local + ".points FINAL";
  }

  static String spread(String local) {
    return local + "_spread";
  }

  private static void distribute(
      ClickHouseCluster cluster, String local, String table, String shardingKey) {
    cluster.execute(
        "CREATE TABLE %1$s.%3$s AS %2$s.%3$s ENGINE = Distributed('%4$s', '%2$s', '%3$s', %5$s)"
            .formatted(spread(local), local, table, ClickHouseCluster.NAME, shardingKey));
  }

  private static ClickHouseClient client(ClickHouseServer shard, String database) {
    return new ClickHouseClient(
        new ClickHouseAccess(
            List.of(shard.httpUrl().toString()),
            database,
            shard.user(),
            shard.password(),
            8,
            Duration.ofHours(1)));
  }

  private long from(TenantId tenant, String metric) {
    return settings.clock().millis() - retention.of(tenant, metric).toMillis();
  }

  /** Whatever the limits: what becomes of those over shards has a test beside their code. */
  @Override
  public List<SeriesAdmission> admit(SeriesRequest request) {
    return request.series().stream()
        .<SeriesAdmission>map(
            name ->
                new SeriesAdmission.Admitted(
                    writer.seriesHandle(request.tenant(), name.metricName(), name.dimensions())))
        .toList();
  }

  @Override
  public long lowestHandle() {
    return writer.lowestHandle();
  }

  @Override
  public IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control) {
    return writer.claim(tenant, key, body, control);
  }

  @Override
  public void write(WriteRequest request) {
    writer.write(request);
  }

  @Override
  public RangeResult queryRange(RangeQuery query, QueryControl control) {
    return reads.queryRange(query, from(query.tenant(), query.metricName()), control);
  }

  @Override
  public AggregateResult aggregate(AggregateQuery query, QueryControl control) {
    return reads.aggregate(query, from(query.tenant(), query.metricName()), control);
  }

  @Override
  public RateResult rate(RateQuery query, QueryControl control) {
    return reads.rate(query, from(query.tenant(), query.metricName()), control);
  }

  @Override
  public MetricNamesResult listMetrics(MetricNamesQuery query, QueryControl control) {
    return reads.listMetrics(query, metric -> from(query.tenant(), metric), control);
  }

  @Override
  public KeysResult listDimensionKeys(
      TenantId tenant, String metricName, List<Filter> filters, int limit, QueryControl control) {
    return reads.listDimensionKeys(
        tenant, metricName, filters, from(tenant, metricName), limit, control);
  }

  @Override
  public SeriesBreakdown seriesBreakdown(
      TenantId tenant, String metricName, List<Filter> filters, QueryControl control) {
    return reads.seriesBreakdown(tenant, metricName, filters, from(tenant, metricName), control);
  }

  @Override
  public ValuesResult listDimensionValues(ValuesQuery query, QueryControl control) {
    return reads.listDimensionValues(query, from(query.tenant(), query.metricName()), control);
  }

  @Override
  public DeleteReceipt deleteBefore(DeleteRequest request) {
    long from = from(request.tenant(), request.metricName());
    List<DeleteReceipt> parts =
        deletes.stream().map(shard -> shard.deleteBefore(request, from, begun -> {})).toList();
    DeleteReceipt last = parts.getLast();
    DeleteReceipt whole =
        new DeleteReceipt(
            last.operationId(),
            request,
            OptionalLong.of(parts.stream().mapToLong(r -> r.points().orElseThrow()).sum()),
            last.requestedAt(),
            last.doneAt());
    figures.outdated();
    receipts.put(whole.operationId(), whole);
    return whole;
  }

  @Override
  public Optional<DeleteReceipt> findDelete(TenantId tenant, String operationId) {
    return Optional.ofNullable(receipts.get(operationId))
        .filter(receipt -> receipt.request().tenant().equals(tenant));
  }

  @Override
  public Instant setRetention(TenantId tenant, String metricName, Duration kept) {
    return retention.set(tenant, metricName, kept);
  }

  @Override
  public void applyRetention(RetentionRules rules) {
    retention.apply(rules);
  }

  @Override
  public RetentionStatus retentionStatus() {
    return retention.status();
  }

  @Override
  public RetentionReport enforceRetention() {
    retention.enforce();
    return new RetentionReport(Optional.empty(), retentionStatus());
  }

  @Override
  public StoreStats stats() {
    return figures.stats();
  }

  @Override
  public StoreStats stats(TenantId tenant) {
    return reads.stats(tenant, QueryControl.withTimeout(TIMEOUT));
  }

  @Override
  public List<MetricCardinality> largestMetrics(int limit) {
    return figures.largestMetrics(limit);
  }

  @Override
  public StoreHealth health() {
    return figures.health();
  }

  @Override
  public void close() {
    writer.close();
    deletes.forEach(Deletes::close);
    retention.close();
    figures.close();
    Stream.concat(shards.stream(), Stream.of(client)).forEach(ClickHouseClient::close);
    // Hundreds of them are more than a shard has memory for.
    cluster.execute("DROP DATABASE " + spread(local) + " SYNC");
    cluster.execute("DROP DATABASE " + local + " SYNC");
  }
}
