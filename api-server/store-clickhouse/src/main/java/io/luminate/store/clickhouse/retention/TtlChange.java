// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.store.RetentionStatus;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.SchemaFacts;
import io.luminate.store.clickhouse.schema.SchemaFacts.Fact;
import io.luminate.store.clickhouse.schema.Tables;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the TTL of the points, which takes more than a statement: each part knows since it was
 * written when its rows go, and ClickHouse drops it then, whatever the table's TTL says by now. So
 * merges that free rows are stopped, the expression is changed, all parts are looked through, and
 * merges may free rows again. A restart of ClickHouse forgets that they were stopped, so they are
 * stopped again with each look at how far it is.
 *
 * <p>Recorded as facts: {@code ttl}, the expression that is to be, with the process that saw to it;
 * {@code ttl_done}, the version that all parts follow. Whoever finds a change that nobody completes
 * takes it over; every step may be repeated.
 */
final class TtlChange {
  private static final String FACT_TTL = "ttl";
  private static final String FACT_DONE = "ttl_done";

  /** After which a change that is not done counts as given up by its process. */
  private static final Duration ABANDONED = Duration.ofMinutes(10);

  private static final int ATTEMPTS = 3;
  private static final Duration POLL = Duration.ofSeconds(1);

  /** An insert that takes longer than this has been given up by its client. */
  private static final Duration INSERTS_WITHIN = Duration.ofMinutes(2);

  private static final Logger LOG = LoggerFactory.getLogger(TtlChange.class);

  private final ClickHouseClient client;
  private final Tables tables;
  private final SchemaFacts facts;
  private final Duration abandonedAfter;
  private final String process = UUID.randomUUID().toString();

  /** Of this process, empty when it last did what it had to. */
  private volatile String lastFailure = "";

  TtlChange(ClickHouseClient client, Tables tables) {
    this(client, tables, ABANDONED);
  }

  TtlChange(ClickHouseClient client, Tables tables, Duration abandonedAfter) {
    this.abandonedAfter = abandonedAfter;
    this.client = client;
    this.tables = tables;
    this.facts = new SchemaFacts(client, tables);
  }

  /** The fact's value: on the first line who sees to it, then the expression. */
  private record Change(long version, String process, String expression, Duration age) {
    static Change of(Fact fact) {
      int end = fact.value().indexOf('\n');
      return new Change(
          fact.version(),
          fact.value().substring(0, end),
          fact.value().substring(end + 1),
          fact.age());
    }
  }

  /** Makes this the TTL; returns when all parts follow it, or another process sees to it. */
  void bring(String expression) {
    remembering(() -> record(expression).ifPresent(this::complete));
  }

  private void remembering(Runnable work) {
    try {
      work.run();
      lastFailure = "";
    } catch (RuntimeException e) {
      lastFailure = String.valueOf(e.getMessage());
      throw e;
    }
  }

  private Optional<Change> record(String expression) {
    Optional<Change> newest = newest();
    for (int i = 0;
        i < ATTEMPTS && !newest.map(c -> c.expression().equals(expression)).orElse(false);
        i++) {
      long next = newest.map(Change::version).orElse(0L) + 1;
      newest = Optional.of(Change.of(facts.record(FACT_TTL, next, process + "\n" + expression)));
    }
    return newest;
  }

  /** Completes what was left undone. */
  void resume() {
    remembering(() -> newest().ifPresent(this::complete));
  }

  /** Empty: nothing was ever changed. */
  Optional<RetentionStatus.Ttl> progress() {
    return newest()
        .map(
            change -> {
              boolean done = facts.newestVersion(FACT_DONE) >= change.version();
              Progress left = partsToDo().orElse(new Progress(0, ""));
              return new RetentionStatus.Ttl(
                  change.version(),
                  done,
                  left.parts(),
                  left.failure().isEmpty() ? lastFailure : left.failure());
            });
  }

  private Optional<Change> newest() {
    return facts.newest(FACT_TTL).map(Change::of);
  }

  private void complete(Change change) {
    boolean ours = change.process().equals(process) || change.age().compareTo(abandonedAfter) > 0;
    if (ours && facts.newestVersion(FACT_DONE) < change.version()) {
      LOG.info("TTL version {} of {}: begins", change.version(), tables.storedPoints());
      carryOut(change);
    }
  }

  private void carryOut(Change change) {
    stopFreeing();
    client.execute(
        Statement.of("ALTER TABLE " + points() + " MODIFY TTL " + change.expression())
            .withSetting("materialize_ttl_after_modify", "0")
            .withSetting("max_query_size", Long.toString(Tables.STATEMENT_BYTES_MAX)));
    awaitInsertsThatMayKnowTheOld();
    if (partsToDo().isEmpty()) {
      client.execute(
          Statement.of("ALTER TABLE " + points() + " MATERIALIZE TTL")
              .withSetting("mutations_sync", "0"));
    }
    if (allPartsFollow(change)) {
      client.execute(Statement.of("SYSTEM START TTL MERGES" + onCluster()));
      facts.record(FACT_DONE, change.version(), process);
      LOG.info("TTL version {} of {}: done", change.version(), tables.storedPoints());
    }
  }

  private void stopFreeing() {
    client.execute(Statement.of("SYSTEM STOP TTL MERGES" + onCluster()));
  }

  private String points() {
    return tables.storedPoints() + tables.onCluster();
  }

  private String onCluster() {
    return tables.onCluster() + " " + tables.storedPoints();
  }

  /** Their parts may come after the others were looked through. */
  private void awaitInsertsThatMayKnowTheOld() {
    Set<String> running = inserts();
    long giveUpNanos = System.nanoTime() + INSERTS_WITHIN.toNanos();
    while (!running.isEmpty() && System.nanoTime() < giveUpNanos) {
      pause();
      running.retainAll(inserts());
    }
  }

  private Set<String> inserts() {
    return client
        .query(
            Statement.of(
                "SELECT query_id FROM "
                    + tables.system("processes")
                    + " WHERE query_kind = 'Insert'"),
            rows -> {
              Set<String> ids = new HashSet<>();
              while (rows.hasNext()) {
                ids.add(rows.string());
              }
              return ids;
            })
        .value();
  }

  /** False if another change came in between, which then is the one to complete. */
  private boolean allPartsFollow(Change change) {
    Optional<Progress> left = partsToDo();
    while (left.isPresent()) {
      LOG.info("TTL version {}: {}", change.version(), left.get());
      pause();
      stopFreeing();
      left = partsToDo();
    }
    return facts.newestVersion(FACT_TTL) == change.version();
  }

  private record Progress(long parts, String failure) {
    @Override
    public String toString() {
      return parts + " parts to do" + (failure.isEmpty() ? "" : ", failing with " + failure);
    }
  }

  private Optional<Progress> partsToDo() {
    return client
        .query(
            Statement.of(
                    "SELECT parts_to_do, latest_fail_reason FROM "
                        + tables.system("mutations")
                        + " WHERE database = {database:String} AND table = {table:String}"
                        + " AND NOT is_done AND command LIKE '%MATERIALIZE TTL%'"
                        + " ORDER BY latest_fail_reason DESC LIMIT 1")
                .with("database", tables.database())
                .with("table", tables.storedName(Tables.POINTS)),
            rows ->
                rows.hasNext()
                    ? Optional.of(new Progress(rows.int64(), rows.string()))
                    : Optional.<Progress>empty())
        .value();
  }

  private static void pause() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("closed while the TTL was changing", e);
    }
  }
}
