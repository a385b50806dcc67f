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
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the TTL of the points, which takes more than a statement: each part knows since it was
 * written when its rows go, and ClickHouse drops it then, whatever the table's TTL says by now. So
 * merges that free rows are stopped, the expression is changed, all parts are looked through, and
 * merges may free rows again.
 *
 * <p>A restart of ClickHouse forgets that they were stopped. What is kept in the table over it is
 * that no merge may be begun in order to free rows. What is left are ordinary merges, which leave
 * out rows on their way: if ClickHouse begins one of parts that were past the old TTL before it is
 * told to stop again, those rows are gone. The process that sees to the change tells it within
 * about a second, all others within ten. They look as often, and tell it {@linkplain FreeingStop
 * once and when that was lost}: in a cluster it is a statement for every server's queue.
 *
 * <p>Recorded as facts: {@code ttl}, the expression that is to be, with the process that saw to it;
 * {@code ttl_materialized}, the version that all parts are being looked through for, by mutations
 * that all servers know; {@code ttl_done}, the version that all parts follow. Whoever finds a
 * change that nobody completes takes it over; every step may be repeated.
 */
final class TtlChange {
  private static final String FACT_TTL = "ttl";
  private static final String FACT_MATERIALIZED = "ttl_materialized";
  private static final String FACT_DONE = "ttl_done";

  /** After which a change that is not done counts as given up by its process. */
  private static final Duration ABANDONED = Duration.ofMinutes(10);

  private static final int ATTEMPTS = 10;
  private static final Duration POLL = Duration.ofSeconds(1);

  /** An insert that takes longer than this has been given up by its client. */
  private static final Duration INSERTS_WITHIN = Duration.ofMinutes(2);

  /** How long a server may take to hear of a mutation. */
  private static final Duration HEARD_WITHIN = Duration.ofMinutes(2);

  /** The name of each server of a cluster. */
  static final String SERVER = "concat(hostName(), ':', toString(tcpPort()))";

  private static final Logger LOG = LoggerFactory.getLogger(TtlChange.class);

  private final ClickHouseClient client;
  private final Tables tables;
  private final Alterations alterations;
  private final FreeingStop freeing;
  private final SchemaFacts facts;
  private final Duration abandonedAfter;
  private final String process = UUID.randomUUID().toString();

  /** Of this process, empty when it last did what it had to. */
  private volatile String lastFailure = "";

  /** Whether this process began a change that it has not seen completed. */
  private volatile boolean underWay;

  /**
   * Whether a stop may have come after the start of another process: one of this process, or of one
   * that ended before it could start them again.
   */
  private volatile boolean mayHaveStopped = true;

  TtlChange(ClickHouseClient client, Tables tables) {
    this(client, tables, ABANDONED);
  }

  TtlChange(ClickHouseClient client, Tables tables, Duration abandonedAfter) {
    this.abandonedAfter = abandonedAfter;
    this.client = client;
    this.tables = tables;
    this.alterations = new Alterations(tables);
    this.freeing = new FreeingStop(client, tables, alterations);
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

  /**
   * Makes this the TTL; returns when all parts follow it, or another process sees to it.
   *
   * @param wanted what is in force for all processes, read anew each time: one that was slow must
   *     not undo what others have brought since
   */
  void bring(Supplier<String> wanted) {
    remembering(() -> bringNewest(wanted));
  }

  private void bringNewest(Supplier<String> wanted) {
    boolean settled = false;
    for (int i = 0; i < ATTEMPTS && !settled; i++) {
      Change newest = record(wanted);
      settled = !isToDoHere(newest) || carryOut(newest);
    }
    if (!settled) {
      throw changedByOthers();
    }
  }

  private static IllegalStateException changedByOthers() {
    return new IllegalStateException(
        "the TTL was changed by others " + ATTEMPTS + " times in between");
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

  /** The newest, whose expression was still wanted after it was recorded. */
  private Change record(Supplier<String> wanted) {
    Optional<Change> newest = newest();
    for (int i = 0; i < ATTEMPTS; i++) {
      String expression = wanted.get();
      if (newest.isPresent() && newest.get().expression().equals(expression)) {
        return newest.get();
      }
      newest = Optional.of(record(newest.map(Change::version).orElse(0L) + 1, expression));
    }
    throw changedByOthers();
  }

  private Change record(long version, String expression) {
    return Change.of(facts.record(FACT_TTL, version, process + "\n" + expression));
  }

  /** Completes what was left undone, by this process or by one that is gone. */
  void resume(Supplier<String> wanted) {
    remembering(() -> newest().ifPresent(change -> resume(change, wanted)));
  }

  private void resume(Change change, Supplier<String> wanted) {
    if (isToDoHere(change)) {
      bringNewest(wanted);
    } else if (isDone(change)) {
      underWay = false;
      startIfStopped();
    } else {
      // ClickHouse may have restarted, and whoever sees to the change may be gone.
      stopFreeing(change);
    }
  }

  private void startIfStopped() {
    if (mayHaveStopped) {
      startFreeing();
    }
  }

  /** Whether merges that free rows have to be stopped again soon if ClickHouse was away. */
  boolean underWay() {
    return underWay;
  }

  /**
   * Empty: nothing was ever changed.
   *
   * @param wanted the expression that is to be, for whose change nobody may have begun
   */
  Optional<RetentionStatus.Ttl> progress(String wanted) {
    return newest()
        .map(
            change -> {
              boolean done = change.expression().equals(wanted) && isDone(change);
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

  private boolean isToDoHere(Change change) {
    boolean ours = change.process().equals(process) || change.age().compareTo(abandonedAfter) > 0;
    return ours && !isDone(change);
  }

  private boolean isDone(Change change) {
    return facts.newestVersion(FACT_DONE) >= change.version();
  }

  private boolean isNewest(Change change) {
    return facts.newestVersion(FACT_TTL) == change.version();
  }

  /** False if another change came in between, which then is the one to complete. */
  private boolean carryOut(Change change) {
    LOG.info("TTL version {} of {}: begins", change.version(), tables.storedPoints());
    underWay = true;
    stopFreeing(change);
    boolean materialized = facts.newestVersion(FACT_MATERIALIZED) >= change.version();
    boolean done = (materialized || rewrite(change)) && allPartsFollow(change);
    if (done) {
      startFreeing();
      facts.record(FACT_DONE, change.version(), process);
      LOG.info("TTL version {} of {}: done", change.version(), tables.storedPoints());
    }
    underWay = false;
    return done;
  }

  /** Changes the expression, and has all parts looked through that may know an older one. */
  private boolean rewrite(Change change) {
    boolean newest = isNewest(change) && modify(change);
    if (newest) {
      awaitInsertsThatMayKnowTheOld();
      materialize();
      facts.record(FACT_MATERIALIZED, change.version(), process);
    }
    return newest;
  }

  private boolean modify(Change change) {
    client.execute(alterations.modifyTtl(change.expression()));
    Change newest = newest().orElseThrow();
    boolean overtaken = newest.version() > change.version();
    if (overtaken) {
      // Its expression may just have been overwritten, so it is brought once more.
      record(newest.version() + 1, newest.expression());
    }
    return !overtaken;
  }

  /**
   * Even if parts are being looked through for an earlier change: those that are done with follow
   * that one.
   */
  private void materialize() {
    Set<Seen> before = mutations();
    client.execute(alterations.materializeTtl());
    long giveUpNanos = System.nanoTime() + HEARD_WITHIN.toNanos();
    while (!heardOfAnother(before)) {
      if (System.nanoTime() > giveUpNanos) {
        throw new IllegalStateException(
            "not all servers have heard of the mutation within " + HEARD_WITHIN);
      }
      pause();
    }
  }

  private boolean heardOfAnother(Set<Seen> before) {
    Set<Seen> now = mutations();
    now.removeAll(before);
    Set<String> heard = now.stream().map(Seen::server).collect(Collectors.toSet());
    return heard.containsAll(servers());
  }

  /** A mutation as one server knows it. */
  private record Seen(String server, String mutation) {}

  private Set<Seen> mutations() {
    return client
        .query(
            ofPoints(
                "SELECT "
                    + SERVER
                    + ", mutation_id FROM "
                    + tables.system("mutations")
                    + " WHERE command LIKE '%MATERIALIZE TTL%' AND table"),
            rows -> {
              Set<Seen> seen = new HashSet<>();
              while (rows.hasNext()) {
                seen.add(new Seen(rows.string(), rows.string()));
              }
              return seen;
            })
        .value();
  }

  private Set<String> servers() {
    return strings(
        ofPoints("SELECT " + SERVER + " FROM " + tables.system("tables") + " WHERE name"));
  }

  private Statement ofPoints(String selectWhereTable) {
    return Statement.of(selectWhereTable + " = {table:String} AND database = {database:String}")
        .with("database", tables.database())
        .with("table", tables.storedName(Tables.POINTS));
  }

  private void stopFreeing(Change change) {
    mayHaveStopped = true;
    freeing.keepStopped(change.version());
  }

  private void startFreeing() {
    freeing.start();
    mayHaveStopped = false;
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
    return strings(
        Statement.of(
            "SELECT query_id FROM " + tables.system("processes") + " WHERE query_kind = 'Insert'"));
  }

  private Set<String> strings(Statement select) {
    return client
        .query(
            select,
            rows -> {
              Set<String> all = new HashSet<>();
              while (rows.hasNext()) {
                all.add(rows.string());
              }
              return all;
            })
        .value();
  }

  /** False if another change came in between. */
  private boolean allPartsFollow(Change change) {
    Optional<Progress> left = partsToDo();
    Optional<Progress> told = Optional.empty();
    while (left.isPresent() && isNewest(change)) {
      if (!left.equals(told)) {
        LOG.info("TTL version {}: {}", change.version(), left.get());
        told = left;
      }
      pause();
      if (isNewest(change)) {
        stopFreeing(change);
      }
      left = partsToDo();
    }
    return isNewest(change);
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
                        + " ORDER BY latest_fail_reason DESC, parts_to_do DESC LIMIT 1")
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
