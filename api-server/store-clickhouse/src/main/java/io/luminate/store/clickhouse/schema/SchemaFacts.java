// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is recorded about the database, as facts with versions, the newest of which holds. */
public final class SchemaFacts {
  private final SharedTable rows;
  private final String table;

  public SchemaFacts(ClickHouseClient client, Tables tables) {
    this.rows = new SharedTable(client, tables, Tables.SCHEMA);
    this.table = tables.schema();
  }

  /**
   * One version of a fact.
   *
   * @param age since it was recorded, by ClickHouse's clock
   */
  public record Fact(long version, String value, Duration age) {}

  public Optional<Fact> newest(String name) {
    return rows.read(
        Statement.of(
                "SELECT toInt64(version), value, dateDiff('millisecond', at, now64(3)) FROM "
                    + table
                    + " WHERE fact = {fact:String} ORDER BY version DESC LIMIT 1")
            .with("fact", name),
        SchemaFacts::fact);
  }

  /** The newest of each of some, by name. Others may have many versions with large values. */
  Map<String, Fact> newest(List<String> names) {
    return rows.read(
        Statement.of(
                "SELECT toString(fact), toInt64(version), value,"
                    + " dateDiff('millisecond', at, now64(3)) FROM "
                    + table
                    + " WHERE fact IN {facts:Array(String)}"
                    + " ORDER BY fact, version DESC LIMIT 1 BY fact")
            .with("facts", names),
        found -> {
          Map<String, Fact> newest = new HashMap<>();
          while (found.hasNext()) {
            newest.put(found.string(), read(found));
          }
          return newest;
        });
  }

  private static Optional<Fact> fact(RowReader rows) throws IOException {
    return rows.hasNext() ? Optional.of(read(rows)) : Optional.empty();
  }

  private static Fact read(RowReader row) throws IOException {
    return new Fact(
        row.int64(),
        new String(row.bytes(), StandardCharsets.UTF_8),
        Duration.ofMillis(row.int64()));
  }

  /** The version of the newest, 0 if there is none. */
  public long newestVersion(String name) {
    return newest(name).map(Fact::version).orElse(0L);
  }

  /**
   * Records a version, above all that are there.
   *
   * @return the newest, which is another one if somebody else was first
   */
  public Fact record(String name, long version, String value) {
    LongText text = new LongText(value);
    return rows.insertFirst(
            text.bind(
                Statement.of(
                        "INSERT INTO "
                            + table
                            + " (fact, version, value) SELECT {fact:String}, {version:UInt64}, "
                            + text.sql()
                            + " WHERE (SELECT max(version) FROM "
                            + table
                            + " WHERE fact = {fact:String}) < {version:UInt64}")
                    .with("fact", name)
                    .with("version", version)),
            name + "/" + version,
            () -> newest(name),
            newest -> newest.map(Fact::version).orElse(0L) >= version)
        .orElseThrow();
  }
}
