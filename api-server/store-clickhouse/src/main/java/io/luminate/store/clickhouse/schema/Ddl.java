// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the statements that make the tables, each of which may be repeated. In a cluster the rows
 * of {@code points} and {@code ledger} are spread over its shards, whereas every server has all
 * rows of the other tables: their replicas share one path in Keeper whatever their shard.
 *
 * <p>A path is made of names alone. With {@code {uuid}} it would be another one for each statement,
 * so that what a server is given that joins later would be tables by themselves.
 */
final class Ddl {
  /**
   * Blocks of rows whose tokens are remembered, per shard; an insert is a block for each day that
   * it touches. As many as 55 blocks in each second of an hour, the time for which an idempotency
   * key holds by default. A token takes about 200 bytes of ClickHouse's memory, or a node in
   * Keeper.
   */
  private static final int SPREAD_WINDOW_BLOCKS = 200_000;

  /**
   * Rows of these tables carry their own condition, so a token need only outlive the inserts that
   * run at the same time.
   */
  private static final int SHARED_WINDOW_BLOCKS = 1_000;

  /** Longer than the longest time that an idempotency key may hold, a day. */
  private static final int WINDOW_SECONDS = 25 * 3_600;

  /**
   * Days for which rows of the ledger stay: twice the longest time for which any process may be
   * told that a key holds, so that the table is right for all of them, and for clocks that differ.
   * Processes go by their own time, so what stays longer answers nobody.
   */
  private static final int LEDGER_DAYS = 2;

  /**
   * Whether the series stands for several. Made from the texts it would be read from all of their
   * columns; so it is written, and takes next to nothing where it never is true.
   */
  private static final String OVERFLOW_COLUMN = "overflow Bool CODEC(LZ4)";

  /** A question that looks for such series so reads nothing of the parts that have none. */
  private static final String OVERFLOW_INDEX = "has_overflow overflow TYPE minmax GRANULARITY 64";

  private static final String SERIES_COLUMN = "series UInt128 CODEC(LZ4)";
  private static final String VALUE_COLUMN = "value Float64 CODEC(LZ4)";

  /**
   * Texts and hashes are the same over long runs of sorted rows, which LZ4 finds as well as ZSTD.
   * Values take a fifth more under LZ4, and a question about all of them takes a quarter less.
   */
  private static final String POINT_COLUMNS =
      """
        tenant LowCardinality(String),
        metric LowCardinality(String),
        entity String CODEC(LZ4),
        %s,
        timestamp Int64 CODEC(T64, LZ4),
        %s,
        %s,
        rest Map(String, String) CODEC(ZSTD(1)),
        %s,
        INDEX %s"""
          .formatted(SERIES_COLUMN, VALUE_COLUMN, slotColumns(), OVERFLOW_COLUMN, OVERFLOW_INDEX);

  /**
   * An entity has few rows next to each other, of which a question reads whole granules; one about
   * everything takes a little for each of them. Merges of twelve parts in place of five rewrite a
   * row less often, for parts more that a question meets. A change of the TTL looks through what
   * there is and rewrites nothing.
   */
  private static final String POINT_SETTINGS =
      "index_granularity = 4096, merge_selector_base = 12, materialize_ttl_recalculate_only = 1, ";

  private static final String LEDGER_COLUMNS =
      """
        tenant LowCardinality(String),
        key String,
        done Bool,
        body UInt128,
        accepted String,
        receipt String,
        used Int64,
        nonce Int64,
        recorded DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')""";

  private static final String SLOTS_COLUMNS =
      """
        tenant LowCardinality(String),
        metric String,
        version UInt8,
        keys Array(String)""";

  private static final String RETENTION_COLUMNS =
      """
        tenant LowCardinality(String),
        metric String,
        retention_millis Int64,
        at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')""";

  /**
   * A sketch of DataSketches as it serialises itself. {@code epoch} rises when a metric is counted
   * anew; {@code expires} counts seconds, since how long a day counts is up to its metric.
   */
  private static final String CARDINALITY_COLUMNS =
      """
        tenant LowCardinality(String),
        metric String,
        day Int64,
        process String,
        epoch Int64,
        expires Int64,
        sketch String CODEC(NONE),
        at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')""";

  private static final String OPERATIONS_COLUMNS =
      """
        tenant LowCardinality(String),
        operation String,
        metric String,
        before_millis Int64,
        filters String,
        requested_millis Int64,
        points Int64,
        done_millis Int64,
        at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')""";

  private static final String READS_COLUMNS =
      """
        tenant LowCardinality(String),
        metric String,
        at_millis Int64""";

  /** {@code cost_millis} is -1 while somebody counts. */
  private static final String COUNTS_COLUMNS =
      """
        version UInt64,
        process String,
        basis String,
        cost_millis Int64,
        counts String CODEC(ZSTD(1)),
        at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')""";

  private static final String SCHEMA_COLUMNS =
      """
        fact LowCardinality(String),
        version UInt64,
        value String,
        at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')""";

  /** Nobody asks for statistics of columns, and to make them is a tenth or more of a merge. */
  private static final String NO_STATISTICS = "auto_statistics_types = '', ";

  private final Tables tables;
  private final boolean statistics;

  /**
   * @param statistics whether this ClickHouse keeps statistics of columns unless told not to
   */
  Ddl(Tables tables, boolean statistics) {
    this.tables = tables;
    this.statistics = statistics;
  }

  private static String slotColumns() {
    return IntStream.rangeClosed(1, MetricSlots.COUNT)
        .mapToObj(slot -> MetricSlots.column(slot) + " String CODEC(LZ4)")
        .collect(Collectors.joining(",\n"));
  }

  String createDatabase() {
    return "CREATE DATABASE IF NOT EXISTS "
        + Identifiers.quoted(tables.database())
        + tables.onCluster();
  }

  /** The table that says what else there is. */
  String createSchemaTable() {
    return shared(Tables.SCHEMA, SCHEMA_COLUMNS, "MergeTree", "", "fact, version");
  }

  /** All others, in an order in which they can be made. */
  List<String> createTables() {
    List<String> statements = new ArrayList<>();
    statements.addAll(
        spread(
            Tables.POINTS,
            POINT_COLUMNS,
            """
            PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(timestamp, 'UTC'))
            ORDER BY (tenant, metric, entity, series, timestamp)
            """,
            POINT_SETTINGS + (statistics ? NO_STATISTICS : ""),
            "if(entity = '', cityHash64(tenant, series), cityHash64(tenant, entity))"));
    statements.addAll(
        spread(
            Tables.LEDGER,
            LEDGER_COLUMNS,
            """
            ORDER BY (tenant, key)
            TTL toDateTime(recorded) + INTERVAL %d DAY
            """
                .formatted(LEDGER_DAYS),
            // No partitions: a token holds within one, and of a key there may be one use at a time.
            "",
            "cityHash64(tenant, key)"));
    statements.add(
        shared(Tables.SLOTS, SLOTS_COLUMNS, "ReplacingMergeTree", "version", "tenant, metric"));
    statements.add(
        shared(Tables.RETENTION, RETENTION_COLUMNS, "ReplacingMergeTree", "at", "tenant, metric"));
    statements.add(
        shared(
            Tables.CARDINALITY,
            CARDINALITY_COLUMNS,
            "ReplacingMergeTree",
            "at",
            "tenant, metric, day, process, epoch",
            "TTL toDateTime(toUInt32(expires), 'UTC')\n"));
    statements.add(
        shared(
            Tables.OPERATIONS,
            OPERATIONS_COLUMNS,
            "ReplacingMergeTree",
            "at",
            "tenant, operation",
            ""));
    statements.add(
        shared(
            Tables.READS,
            READS_COLUMNS,
            "ReplacingMergeTree",
            "at_millis",
            "tenant, metric",
            "TTL toDateTime(toUInt32(intDiv(at_millis, 1000)), 'UTC') + INTERVAL "
                + Tables.READS_KEPT.toDays()
                + " DAY\n"));
    statements.add(createCounts());
    return List.copyOf(statements);
  }

  private String createCounts() {
    return shared(
        Tables.COUNTS,
        COUNTS_COLUMNS,
        "ReplacingMergeTree",
        "at",
        "version",
        "TTL toDateTime(at) + INTERVAL 1 DAY\n");
  }

  /** For tables that an earlier version made. What is stored keeps its codec until it is merged. */
  List<String> alterTables() {
    List<String> statements = new ArrayList<>();
    statements.add(
        alter(
            tables.storedPoints(),
            String.join(
                ",",
                " ADD COLUMN IF NOT EXISTS " + OVERFLOW_COLUMN,
                " MODIFY COLUMN " + SERIES_COLUMN,
                " MODIFY COLUMN " + VALUE_COLUMN,
                " ADD INDEX IF NOT EXISTS " + OVERFLOW_INDEX)));
    if (tables.topology() instanceof Topology.Cluster) {
      statements.add(alter(tables.points(), " ADD COLUMN IF NOT EXISTS " + OVERFLOW_COLUMN));
    }
    return List.copyOf(statements);
  }

  private String alter(String table, String change) {
    return "ALTER TABLE " + table + tables.onCluster() + change;
  }

  private List<String> spread(
      String table, String columns, String clauses, String settings, String shardingKey) {
    String stored =
        create(tables.stored(table), columns)
            + spreadEngine(table)
            + "\n"
            + clauses
            + "SETTINGS "
            + settings
            + window(SPREAD_WINDOW_BLOCKS);
    return switch (tables.topology()) {
      case Topology.SingleServer single -> List.of(stored);
      case Topology.Cluster cluster ->
          List.of(stored, distributed(table, cluster.name(), shardingKey));
    };
  }

  private String spreadEngine(String table) {
    return switch (tables.topology()) {
      case Topology.SingleServer single -> "MergeTree";
      case Topology.Cluster cluster ->
          "ReplicatedMergeTree('" + inKeeper(cluster, table) + "/{shard}', '{replica}')";
    };
  }

  /** Of clusters and databases that share a Keeper each has its own. */
  private String inKeeper(Topology.Cluster cluster, String table) {
    return String.join("/", "/clickhouse/tables", cluster.name(), tables.database(), table);
  }

  private String distributed(String table, String cluster, String shardingKey) {
    return """
        CREATE TABLE IF NOT EXISTS %s%s
        AS %s
        ENGINE = Distributed('%s', '%s', '%s', %s)"""
        .formatted(
            tables.named(table),
            tables.onCluster(),
            tables.stored(table),
            cluster,
            tables.database(),
            tables.storedName(table),
            shardingKey);
  }

  private String shared(
      String table, String columns, String engine, String version, String sortedBy) {
    return shared(table, columns, engine, version, sortedBy, "");
  }

  private String shared(
      String table,
      String columns,
      String engine,
      String version,
      String sortedBy,
      String clauses) {
    return create(tables.named(table), columns)
        + sharedEngine(table, engine, version)
        + "\nORDER BY ("
        + sortedBy
        + ")\n"
        + clauses
        + "SETTINGS "
        + window(SHARED_WINDOW_BLOCKS);
  }

  private String sharedEngine(String table, String engine, String version) {
    return switch (tables.topology()) {
      case Topology.SingleServer single ->
          version.isEmpty() ? engine : engine + "(" + version + ")";
      case Topology.Cluster cluster ->
          "Replicated"
              + engine
              + "('"
              + inKeeper(cluster, table)
              + "/all', '{shard}-{replica}'"
              + (version.isEmpty() ? ")" : ", " + version + ")");
    };
  }

  private String create(String name, String columns) {
    return "CREATE TABLE IF NOT EXISTS "
        + name
        + tables.onCluster()
        + "\n(\n"
        + columns.indent(2)
        + ")\nENGINE = ";
  }

  private String window(int blocks) {
    return switch (tables.topology()) {
      case Topology.SingleServer single -> "non_replicated_deduplication_window = " + blocks;
      case Topology.Cluster cluster ->
          "replicated_deduplication_window = "
              + blocks
              + ", replicated_deduplication_window_seconds = "
              + WINDOW_SECONDS;
    };
  }
}
