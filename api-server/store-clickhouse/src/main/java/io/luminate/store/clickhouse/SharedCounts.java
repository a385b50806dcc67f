// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.LongText;
import io.luminate.store.clickhouse.schema.SharedTable;
import io.luminate.store.clickhouse.schema.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Counts that one process made for all of them: however many there are, points are counted as often
 * as by one. Whoever finds that a count is due takes the next version, which one alone gets,
 * counts, and stores what it found under it.
 */
final class SharedCounts {
  /** What a version's row has until it is counted. */
  private static final long NOT_YET = -1;

  private static final int VERSIONS_LOOKED_AT = 4;

  private final ClickHouseClient client;
  private final SharedTable rows;
  private final String table;
  private final String process = UUID.randomUUID().toString();

  SharedCounts(ClickHouseClient client, Tables tables) {
    this.client = client;
    this.rows = new SharedTable(client, tables, Tables.COUNTS);
    this.table = tables.counts();
  }

  /**
   * A version of the counts.
   *
   * @param basis what they are about
   * @param cost what counting took, empty as long as it is under way
   * @param age since it was counted, or begun, by ClickHouse's clock
   */
  record Version(
      long number, String process, String basis, Optional<Duration> cost, Duration age) {}

  /** The last few, the newest first: one of them is counted, unless several in a row died at it. */
  List<Version> newest() {
    return rows.read(
        Statement.of(
            "SELECT toInt64(version), process, basis, cost_millis,"
                + " dateDiff('millisecond', at, now64(3)) FROM "
                + table
                + " ORDER BY version DESC, cost_millis DESC LIMIT 1 BY version LIMIT "
                + VERSIONS_LOOKED_AT),
        SharedCounts::versions);
  }

  private static List<Version> versions(RowReader rows) throws IOException {
    List<Version> versions = new ArrayList<>();
    while (rows.hasNext()) {
      long number = rows.int64();
      String process = rows.string();
      String basis = rows.string();
      long costMillis = rows.int64();
      Optional<Duration> cost =
          costMillis == NOT_YET ? Optional.empty() : Optional.of(Duration.ofMillis(costMillis));
      versions.add(new Version(number, process, basis, cost, Duration.ofMillis(rows.int64())));
    }
    return versions;
  }

  /**
   * The number of the version behind the newest ones. Tokens of versions that are gone may be
   * remembered, so the first is no small number but the time.
   */
  long next(List<Version> newest) {
    return newest.isEmpty()
        ? client
            .query(
                Statement.of("SELECT toUnixTimestamp64Milli(now64(3))").asRepeatable(),
                RowReader::int64)
            .value()
        : newest.getFirst().number() + 1;
  }

  /** Empty if it is gone, or nobody counted it yet. */
  Optional<Counts> read(long version) {
    Statement statement =
        Statement.of(
                "SELECT counts FROM "
                    + table
                    + " WHERE version = {version:UInt64} AND cost_millis != "
                    + NOT_YET
                    + " LIMIT 1")
            .with("version", version);
    return client
        .query(
            statement.asRepeatable(),
            found ->
                found.hasNext()
                    ? Optional.of(new String(found.bytes(), StandardCharsets.UTF_8))
                    : Optional.<String>empty())
        .value()
        .map(Counts::parse);
  }

  /** Whether this process is the one that counts it. */
  boolean begin(long version, String basis) {
    Statement row =
        Statement.of(
                "INSERT INTO "
                    + table
                    + " (version, process, basis, cost_millis, counts)"
                    + " SELECT {version:UInt64}, {process:String}, {basis:String}, "
                    + NOT_YET
                    + ", '' WHERE (SELECT max(version) FROM "
                    + table
                    + ") < {version:UInt64}")
            .with("version", version)
            .with("process", process)
            .with("basis", basis);
    return rows
        .insertFirst(
            row,
            "counts/" + version,
            this::newest,
            found -> !found.isEmpty() && found.getFirst().number() >= version)
        .stream()
        .anyMatch(found -> found.number() == version && found.process().equals(process));
  }

  void end(long version, String basis, Counts counts, Duration cost) {
    LongText text = new LongText(counts.text());
    rows.insert(
        text.bind(
            Statement.of(
                    "INSERT INTO "
                        + table
                        + " (version, process, basis, cost_millis, counts)"
                        + " SELECT {version:UInt64}, {process:String}, {basis:String},"
                        + " {cost:Int64}, "
                        + text.sql())
                .with("version", version)
                .with("process", process)
                .with("basis", basis)
                .with("cost", cost.toMillis())));
  }
}
