// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.MetricScope;
import io.luminate.model.RetentionHold;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.store.RetentionStatus;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Processes that have heard of different versions of the limits document, in front of one real
 * ClickHouse: whichever of them sees to the TTL, rows stay as long as the newest document and its
 * holds say.
 */
class DocumentVersionsTest {
  private static final long SEED = Long.getLong("luminate.seed", 20_261_129L);
  private static final TenantId ACME = new TenantId("acme");
  private static final List<TenantId> TENANTS = List.of(ACME, new TenantId("globex"));
  private static final List<String> METRICS = List.of("api_calls", "api_bytes", "db_rows");
  private static final List<String> PATTERNS = List.of("*", "api_*", "api_calls", "db_*");
  private static final Pattern TTL = Pattern.compile(" TTL (.*) SETTINGS ");
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration GRACE = Duration.ofHours(24);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  private final TestClock clock = new TestClock(Instant.parse("2026-03-11T12:00:00Z"));
  private final List<Retention> opened = new ArrayList<>();
  private TestDatabase database;

  @BeforeEach
  void create() {
    database = TestDatabase.withTables();
  }

  @AfterEach
  void close() {
    opened.forEach(Retention::close);
    database.close();
  }

  private Retention process(RetentionRules rules) {
    RetentionOptions options = new RetentionOptions(clock, rules, GRACE, DAY);
    Retention retention = Retention.open(database.client(), database.tables(), options);
    opened.add(retention);
    // As it does by itself soon, from when on others know of its rules.
    retention.expression();
    return retention;
  }

  /** And has others know of it, as it does by itself soon. */
  private static void tell(Retention process, RetentionRules rules) {
    process.apply(rules);
    process.expression();
  }

  private static RetentionPolicies keep(int days) {
    return RetentionPolicies.keepFor(Duration.ofDays(days));
  }

  /** Whose author says nothing about holds. */
  private static RetentionRules document(long version, int days) {
    return RetentionRules.ofDocument(keep(days), version, Optional.empty());
  }

  private RetentionRules holding(long version, int days, int heldDays, Duration until) {
    RetentionHold hold =
        new RetentionHold(MetricScope.ALL, Duration.ofDays(heldDays), clock.instant().plus(until));
    return RetentionRules.ofDocument(keep(days), version, Optional.of(List.of(hold)));
  }

  /** In days from the end of a row's own, without the margin, as ClickHouse itself works it out. */
  private long days(String ttl, TenantId tenant, String metric) {
    String seconds =
        database.value(
            "SELECT toUnixTimestamp("
                + ttl
                + ") FROM (SELECT toLowCardinality('"
                + tenant
                + "') AS tenant, toLowCardinality('"
                + metric
                + "') AS metric, toInt64(0) AS timestamp)");
    return Long.parseLong(seconds) / DAY.toSeconds() - 2;
  }

  private long days(Retention process) {
    return days(process.expression(), ACME, "m");
  }

  /** Of the table as it is, in days as above; -1 while it has none. */
  private long tableDays() {
    String definition =
        database
            .value(
                "SELECT engine_full FROM system.tables WHERE name = 'points' AND database = '"
                    + database.tables().database()
                    + "'")
            .replace("\\'", "'")
            .replace("\\\\", "\\");
    Matcher ttl = TTL.matcher(definition);
    return ttl.find() ? days(ttl.group(1), ACME, "m") : -1;
  }

  private void awaitTable(long days) throws InterruptedException {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (tableDays() != days) {
      assertThat(Instant.now()).as("%d days in the table", tableDays()).isBefore(giveUp);
      Thread.sleep(50);
    }
  }

  /** Who asks at once must not take what was done for another document for the answer. */
  @Test
  void status_isDoneOnceTheTableFollowsThatDocument() throws InterruptedException {
    Retention process = process(document(1, 10));
    awaitDone(process);
    database
        .server()
        .execute(
            "INSERT INTO %s (tenant, metric, timestamp, value) VALUES ('acme', 'm', %d, 1)"
                .formatted(database.tables().points(), System.currentTimeMillis()));
    String table = database.tables().points();
    database.server().execute("SYSTEM STOP MERGES " + table);
    process.apply(document(2, 20));
    RetentionStatus asked = process.status();
    assertThat(asked.documentVersion()).isEqualTo(2);
    assertThat(asked.ttl()).hasValueSatisfying(ttl -> assertThat(ttl.done()).isFalse());
    awaitTable(20);
    assertThat(process.status().ttl()).hasValueSatisfying(ttl -> assertThat(ttl.done()).isFalse());
    database.server().execute("SYSTEM START MERGES " + table);
    awaitDone(process);
  }

  private static void awaitDone(Retention process) throws InterruptedException {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (!process.status().ttl().map(RetentionStatus.Ttl::done).orElse(false)) {
      assertThat(Instant.now()).as("%s", process.status()).isBefore(giveUp);
      Thread.sleep(50);
    }
  }

  @Test
  void expression_olderDocumentElsewhere_doesNotGoBack() {
    Retention newest = process(document(2, 60));
    Retention older = process(document(1, 30));
    assertThat(days(older)).isEqualTo(60);
    tell(older, document(1, 7));
    assertThat(days(newest)).isEqualTo(60);
    assertThat(days(older)).isEqualTo(60);
    assertThat(older.status().documentVersion()).isEqualTo(2);
    tell(older, document(3, 90));
    assertThat(days(newest)).isEqualTo(90);
    assertThat(newest.status().documentVersion()).isEqualTo(3);
  }

  @Test
  void expression_sameVersionWithOtherContent_theFirstCounts() {
    Retention first = process(document(2, 60));
    Retention second = process(document(2, 5));
    assertThat(days(second)).isEqualTo(60);
    assertThat(days(first)).isEqualTo(60);
  }

  @Test
  void expression_startedWithoutADocument_doesNotGoBack() {
    Retention newest = process(document(2, 60));
    Retention configured = process(RetentionRules.configured(keep(3)));
    Retention byHand = process(document(0, 4));
    for (Retention any : List.of(newest, configured, byHand)) {
      assertThat(days(any)).isEqualTo(60);
    }
  }

  @Test
  void expression_newestHolds_longestOfBothUntilTheEnd() {
    Retention older = process(document(1, 30));
    Retention newest = process(document(1, 30));
    tell(newest, holding(2, 7, 45, Duration.ofHours(5)));
    assertThat(days(older)).isEqualTo(45);
    tell(older, document(1, 30));
    clock.advance(Duration.ofHours(5).minusMillis(1));
    assertThat(days(older)).isEqualTo(45);
    clock.advance(Duration.ofMillis(1));
    assertThat(days(older)).isEqualTo(7);
    assertThat(days(newest)).isEqualTo(7);
  }

  @Test
  void expression_newestShortensWithoutHolds_olderProcessKeepsTheGrace() {
    Retention older = process(document(1, 30));
    process(document(2, 7));
    clock.advance(GRACE.minusMillis(1));
    assertThat(days(older)).isEqualTo(30);
    clock.advance(Duration.ofMillis(1));
    assertThat(days(older)).isEqualTo(7);
  }

  @Test
  void expression_documentsWithoutVersions_theOneToldLastCounts() {
    Retention here = process(document(0, 30));
    Retention elsewhere = process(document(0, 60));
    assertThat(days(here)).as("a clean-up of the one told before").isEqualTo(60);
    assertThat(here.status().waiting()).isEmpty();
    tell(here, document(0, 90));
    assertThat(days(elsewhere)).isEqualTo(90);
  }

  @Test
  void enforce_olderDocumentElsewhere_theTableStays() throws InterruptedException {
    Retention older = process(document(1, 7));
    Retention newest = process(document(1, 7));
    awaitTable(7);
    tell(newest, holding(2, 30, 60, Duration.ofHours(1)));
    awaitTable(60);
    for (int i = 0; i < 3; i++) {
      tell(older, document(1, 7));
      new TtlChange(database.client(), database.tables()).bring(older::expression);
      assertThat(tableDays()).isEqualTo(60);
    }
    clock.advance(Duration.ofHours(1));
    older.enforce();
    awaitTable(30);
  }

  /** Whoever is told what, in whatever order, and also at the same moment. */
  @Test
  void expression_randomVersions_neverShorterThanTheNewest() {
    Random random = new Random(SEED);
    List<RetentionRules> issued = new ArrayList<>(List.of(document(1, 30)));
    List<Retention> processes = List.of(process(issued.getFirst()), process(issued.getFirst()));
    Required required = new Required();
    required.follow(issued.getFirst());
    for (int step = 0; step < 40; step++) {
      RetentionRules next = randomDocument(random, issued.size() + 1L);
      boolean lags = random.nextInt(3) == 0;
      RetentionRules other =
          lags ? issued.get(random.nextInt(issued.size())) : randomDocument(random, 0);
      int first = random.nextInt(2);
      if (random.nextInt(3) > 0) {
        issued.add(next);
        required.follow(next);
        together(
            () -> tell(processes.get(first), next), () -> tell(processes.get(1 - first), other));
      } else {
        tell(processes.get(first), other);
      }
      clock.advance(Duration.ofHours(random.nextInt(20)));
      required.verify(processes.get(random.nextInt(2)).expression(), step);
    }
  }

  private static void together(Runnable one, Runnable other) {
    CompletableFuture.allOf(
            CompletableFuture.runAsync(one, THREADS), CompletableFuture.runAsync(other, THREADS))
        .join();
  }

  private RetentionRules randomDocument(Random random, long version) {
    List<RetentionPolicy> policies = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      MetricScope scope = randomScope(random);
      policies.add(
          new RetentionPolicy("p" + i, scope.tenant(), scope.metricPattern(), randomDays(random)));
    }
    List<RetentionHold> holds = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Instant until = clock.instant().plus(Duration.ofHours(1 + random.nextInt(48)));
      holds.add(new RetentionHold(randomScope(random), randomDays(random), until));
    }
    return RetentionRules.ofDocument(
        new RetentionPolicies(randomDays(random), policies),
        version,
        version > 0 && random.nextBoolean() ? Optional.of(holds) : Optional.empty());
  }

  private static MetricScope randomScope(Random random) {
    return new MetricScope(
        random.nextBoolean() ? Optional.empty() : Optional.of(TENANTS.get(random.nextInt(2))),
        PATTERNS.get(random.nextInt(PATTERNS.size())));
  }

  private static Duration randomDays(Random random) {
    return Duration.ofDays(1 + random.nextInt(90));
  }

  /** What rows of each metric need, by the newest document alone. */
  private final class Required {
    private RetentionRules newest = document(0, 1);

    /** Of each metric, what an earlier document gave it that the newest took away. */
    private final List<RetentionHold> held = new ArrayList<>();

    void follow(RetentionRules rules) {
      Optional<List<RetentionHold>> given =
          rules.document().flatMap(RetentionRules.Document::holds);
      if (given.isPresent()) {
        held.clear();
        held.addAll(given.get());
      } else {
        forEachMetric((tenant, metric) -> holdWhatFalls(rules, tenant, metric));
      }
      newest = rules;
    }

    private void holdWhatFalls(RetentionRules rules, TenantId tenant, String metric) {
      Duration before = newest.policies().retentionOf(tenant, metric);
      if (rules.policies().retentionOf(tenant, metric).compareTo(before) < 0) {
        MetricScope scope = new MetricScope(Optional.of(tenant), metric);
        held.add(new RetentionHold(scope, before, clock.instant().plus(GRACE)));
      }
    }

    void verify(String ttl, int step) {
      forEachMetric(
          (tenant, metric) ->
              assertThat(days(ttl, tenant, metric))
                  .as("seed %d, step %d, %s of %s", SEED, step, metric, tenant)
                  .isGreaterThanOrEqualTo(of(tenant, metric)));
    }

    private long of(TenantId tenant, String metric) {
      long longest = newest.policies().retentionOf(tenant, metric).toDays();
      for (RetentionHold hold : held) {
        if (hold.holdsAt(clock.instant()) && hold.scope().covers(tenant, metric)) {
          longest = Math.max(longest, hold.retention().toDays());
        }
      }
      return longest;
    }
  }

  private interface Step {
    void of(TenantId tenant, String metric);
  }

  private static void forEachMetric(Step step) {
    TENANTS.forEach(tenant -> METRICS.forEach(metric -> step.of(tenant, metric)));
  }
}
