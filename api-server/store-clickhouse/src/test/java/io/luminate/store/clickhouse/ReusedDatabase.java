// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.store.RetentionStatus;
import io.luminate.store.clickhouse.schema.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A database whose tables are emptied for the next case: to make them, and to bring their TTL, is
 * some fifty statements, and most cases have five. What is recorded about the database itself
 * stays, so it is of no more use once a case has changed that.
 */
final class ReusedDatabase {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long POLL_MILLIS = 20;

  private final List<String> facts;
  private TestDatabase database;
  private int uses;

  private ReusedDatabase(TestDatabase database) {
    this.database = database;
    this.facts = facts();
  }

  /** As a store leaves it that had nothing to do but to open. */
  static ReusedDatabase make(Function<TestDatabase, ClickHouseStoreOptions> options) {
    TestDatabase database = TestDatabase.empty();
    try (ClickHouseStore store = ClickHouseStore.open(options.apply(database))) {
      await(
          "the TTL is brought",
          () -> store.retentionStatus().ttl().map(RetentionStatus.Ttl::done).orElse(false));
    }
    return new ReusedDatabase(database);
  }

  private static void await(String what, BooleanSupplier condition) {
    Instant giveUp = Instant.now().plus(PATIENCE);
    try {
      while (!condition.getAsBoolean()) {
        if (Instant.now().isAfter(giveUp)) {
          throw new AssertionError("not within " + PATIENCE + ": " + what);
        }
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private List<String> facts() {
    return database
        .server()
        .query("SELECT fact, version, value FROM " + database.tables().schema() + " ORDER BY ALL");
  }

  TestDatabase database() {
    return database;
  }

  /**
   * Empties it, under another name: a statement that a closed store has sent and ClickHouse has not
   * seen yet must not find it, and one that it runs has to end before.
   *
   * @return false if it is not as it was made, and gone
   */
  boolean emptied() {
    TestDatabase before = database;
    database = before.renamed(++uses);
    await("no statement is under way", () -> !before.isAskedFor());
    boolean same = facts().equals(facts);
    if (same) {
      String name = database.tables().database();
      database
          .server()
          .execute("TRUNCATE ALL TABLES FROM " + name + " NOT LIKE '" + Tables.SCHEMA + "'");
    } else {
      database.close();
    }
    return same;
  }
}
