// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import io.luminate.model.EntityKeys;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.SchemaFacts.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the tables and brings them up to date, whoever else does so at the same time: each
 * statement may be repeated, and a version is recorded after all of its statements.
 */
public final class Schema {
  /** Of the tables as this code knows them. */
  public static final int VERSION = 7;

  private static final String FACT_VERSION = "version";
  private static final String FACT_OWNER = "owner";
  private static final String FACT_ENTITY_KEYS = "entity_keys";

  private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

  private final ClickHouseClient client;
  private final Tables tables;
  private final int version;

  private Schema(ClickHouseClient client, Tables tables, int version) {
    this.client = client;
    this.tables = tables;
    this.version = version;
  }

  /** A table cannot be made with a setting that ClickHouse does not know. */
  private boolean keepsStatistics() {
    return client
        .query(
            Statement.of(
                "SELECT 1 FROM system.merge_tree_settings WHERE name = 'auto_statistics_types'"),
            RowReader::hasNext)
        .value();
  }

  /**
   * Makes what is not there yet, in a database that exists.
   *
   * @throws StoreException STORAGE_UNAVAILABLE with the detail {@code reason} {@code
   *     SCHEMA_TOO_NEW}, {@code DATABASE_OWNED} or {@code ENTITY_KEYS_CHANGED}, before anything was
   *     changed; or SCHEMA_TOO_NEW after its statements where a newer server ran its own meanwhile
   */
  public static void open(
      ClickHouseClient client, Tables tables, Ownership ownership, EntityKeys entityKeys) {
    open(client, tables, ownership, entityKeys, VERSION);
  }

  static void open(
      ClickHouseClient client,
      Tables tables,
      Ownership ownership,
      EntityKeys entityKeys,
      int version) {
    new Schema(client, tables, version).open(ownership, entityKeys);
  }

  /**
   * Makes the database if it is not there.
   *
   * @param anywhere has another database as its own
   */
  public static void createDatabase(ClickHouseClient anywhere, Tables tables) {
    boolean exists =
        anywhere
            .query(
                Statement.of("SELECT 1 FROM system.databases WHERE name = {database:String}")
                    .with("database", tables.database()),
                RowReader::hasNext)
            .value();
    if (!exists) {
      anywhere.execute(Statement.of(new Ddl(tables, false).createDatabase()));
    }
  }

  private void open(Ownership ownership, EntityKeys entityKeys) {
    SchemaFacts facts = new SchemaFacts(client, tables);
    if (!exists()) {
      makeFacts();
    }
    // Fetched from other servers first, so one that has just got its tables is not taken for empty.
    Map<String, Fact> known = facts.newest(List.of(FACT_VERSION, FACT_OWNER, FACT_ENTITY_KEYS));
    long recorded = newest(known, FACT_VERSION).map(Fact::version).orElse(0L);
    if (recorded > version) {
      throw tooNew(recorded);
    }
    Fact owner =
        newest(known, FACT_OWNER).orElseGet(() -> facts.record(FACT_OWNER, 1, ownership.owner()));
    requireOwn(owner, ownership);
    String own = String.join(",", entityKeys.keys());
    requireSameKeys(
        newest(known, FACT_ENTITY_KEYS).orElseGet(() -> facts.record(FACT_ENTITY_KEYS, 1, own)),
        own);
    takeOver(facts, owner, ownership);
    completeServers(recorded);
    if (recorded < version) {
      statements().forEach(statement -> client.execute(Statement.of(statement)));
      Fact now = facts.record(FACT_VERSION, version, "");
      if (now.version() > version) {
        // A newer server was at it at the same time.
        throw tooNew(now.version());
      }
      LOG.info("database {} has version {} of the tables", tables.database(), version);
    }
  }

  /** A server that was added to others has all of their tables from then on. */
  private void makeFacts() {
    if (tables.topology() instanceof Topology.Cluster) {
      new AddedServers(client, tables).complete();
    }
    client.execute(Statement.of(new Ddl(tables, false).createSchemaTable()));
  }

  /**
   * Before a migration, which would make them as they are new. One that cannot be given its tables
   * keeps nobody from the others.
   */
  private void completeServers(long recorded) {
    if (tables.topology() instanceof Topology.Cluster) {
      try {
        new AddedServers(client, tables).complete();
      } catch (ClickHouseFailure e) {
        if (recorded < version) {
          throw e;
        }
        LOG.warn("servers of the cluster may lack tables: {}", e.getMessage());
      }
    }
  }

  /** Asked first, so that a user without the right to make tables can use those that are there. */
  private boolean exists() {
    return client
        .query(
            Statement.of(
                    "SELECT 1 FROM system.tables WHERE database = {database:String} AND name = {table:String}")
                .with("database", tables.database())
                .with("table", Tables.SCHEMA),
            RowReader::hasNext)
        .value();
  }

  private static Optional<Fact> newest(Map<String, Fact> known, String name) {
    return Optional.ofNullable(known.get(name));
  }

  private List<String> statements() {
    Ddl ddl = new Ddl(tables, keepsStatistics());
    List<String> statements = new ArrayList<>(ddl.createTables());
    statements.addAll(ddl.alterTables());
    return statements;
  }

  private void requireOwn(Fact owner, Ownership ownership) {
    if (!ownership.adopt() && !owner.value().equals(ownership.owner())) {
      throw owned(owner.value(), ownership.owner());
    }
  }

  /** Rows have their entity by the list of their time, and questions look for it by today's. */
  private void requireSameKeys(Fact recorded, String own) {
    if (!recorded.value().equals(own)) {
      throw entityKeysChanged(recorded.value(), own);
    }
  }

  private void takeOver(SchemaFacts facts, Fact found, Ownership ownership) {
    Fact owner = found;
    while (!owner.value().equals(ownership.owner())) {
      LOG.warn(
          "{} takes over database {} of {}", ownership.owner(), tables.database(), owner.value());
      owner = facts.record(FACT_OWNER, owner.version() + 1, ownership.owner());
    }
  }

  private StoreException tooNew(long recorded) {
    return new StoreException(
        ErrorCode.STORAGE_UNAVAILABLE,
        "database "
            + tables.database()
            + " has version "
            + recorded
            + " of the tables, and this server knows them up to version "
            + version
            + ": run a newer server",
        Map.of("reason", "SCHEMA_TOO_NEW", "found", recorded, "supported", version));
  }

  private StoreException entityKeysChanged(String found, String own) {
    return new StoreException(
        ErrorCode.STORAGE_UNAVAILABLE,
        "the points in database "
            + tables.database()
            + " are sorted by entity_keys: "
            + found
            + ", and this server is told "
            + own
            + ": set entity_keys to the recorded list, or give it a database of its own",
        Map.of("reason", "ENTITY_KEYS_CHANGED", "recorded", found, "configured", own));
  }

  private StoreException owned(String found, String own) {
    return new StoreException(
        ErrorCode.STORAGE_UNAVAILABLE,
        "database "
            + tables.database()
            + " belongs to "
            + found
            + ", and this server is of "
            + own
            + ": give it a database of its own, or set storage.clickhouse.adopt: true",
        Map.of("reason", "DATABASE_OWNED", "owner", found, "own", own));
  }
}
