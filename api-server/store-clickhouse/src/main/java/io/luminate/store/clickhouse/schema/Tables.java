// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The names of the tables, for statements, in one database. */
public record Tables(String database, Topology topology) {
  public static final String POINTS = "points";
  public static final String LEDGER = "ledger";
  public static final String SLOTS = "slots";
  public static final String RETENTION = "retention";
  public static final String CARDINALITY = "cardinality";
  public static final String OPERATIONS = "operations";
  public static final String READS = "reads";
  public static final String COUNTS = "counts";
  public static final String SCHEMA = "schema";

  /** What was not read for longer is as good as never read. */
  public static final Duration READS_KEPT = Duration.ofDays(400);

  /** From this version of the tables on, all reads are noted. */
  public static final int READS_SINCE_VERSION = 6;

  /**
   * A setting that every question about points must have, as {@code 1}: without it deleted points
   * are seen until the delete has come to their part.
   */
  public static final String ON_THE_FLY = "apply_mutations_on_fly";

  /** What ClickHouse is told to read of a statement that names every retention. */
  public static final long STATEMENT_BYTES_MAX = 1 << 20;

  public Tables {
    Identifiers.require("database", database);
  }

  /** To insert into and to ask. */
  public String points() {
    return named(POINTS);
  }

  /** What holds the rows on each server: the one to alter. */
  public String storedPoints() {
    return stored(POINTS);
  }

  public String ledger() {
    return named(LEDGER);
  }

  public String storedLedger() {
    return stored(LEDGER);
  }

  public String slots() {
    return named(SLOTS);
  }

  public String retention() {
    return named(RETENTION);
  }

  public String cardinality() {
    return named(CARDINALITY);
  }

  public String operations() {
    return named(OPERATIONS);
  }

  public String reads() {
    return named(READS);
  }

  public String counts() {
    return named(COUNTS);
  }

  public String schema() {
    return named(SCHEMA);
  }

  /** Of all that are made, as the servers know them. */
  List<String> names() {
    return Stream.of(
            POINTS,
            storedName(POINTS),
            LEDGER,
            storedName(LEDGER),
            SLOTS,
            RETENTION,
            CARDINALITY,
            OPERATIONS,
            READS,
            COUNTS,
            SCHEMA)
        .distinct()
        .toList();
  }

  /** A table of ClickHouse's own, with the rows of all servers. */
  public String system(String table) {
    return switch (topology) {
      case Topology.SingleServer single -> "system." + table;
      case Topology.Cluster cluster ->
          "clusterAllReplicas(" + Identifiers.quoted(cluster.name()) + ", system." + table + ")";
    };
  }

  String named(String table) {
    return Identifiers.quoted(database) + "." + table;
  }

  String stored(String table) {
    return named(storedName(table));
  }

  /** Of a table whose rows are spread over the shards. */
  public String storedName(String table) {
    return switch (topology) {
      case Topology.SingleServer single -> table;
      case Topology.Cluster cluster -> table + "_local";
    };
  }

  /** What follows the table's name in a statement that is meant for every server. */
  public String onCluster() {
    return switch (topology) {
      case Topology.SingleServer single -> "";
      case Topology.Cluster cluster -> " ON CLUSTER " + Identifiers.quoted(cluster.name());
    };
  }
}
