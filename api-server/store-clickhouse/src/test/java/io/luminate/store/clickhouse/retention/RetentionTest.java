// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.OwnRetentions;
import io.luminate.store.RetentionPlanText;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.schema.SchemaFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final Instant NOW = Instant.parse("2026-03-11T12:00:00Z");
  private static final Duration MONTH = Duration.ofDays(30);

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

  private Retention process(RetentionPolicies policies) {
    return process(database.client(), policies);
  }

  private Retention process(ClickHouseClient client, RetentionPolicies policies) {
    RetentionOptions options =
        new RetentionOptions(
            () -> NOW,
            RetentionRules.configured(policies),
            RetentionOptions.SHORTENING_GRACE,
            RetentionOptions.MARGIN);
    Retention retention = Retention.open(client, database.tables(), options);
    opened.add(retention);
    return retention;
  }

  private static RetentionPolicies policies(int count) {
    List<RetentionPolicy> policies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      policies.add(
          new RetentionPolicy("p" + i, Optional.empty(), "p" + i + "_*", Duration.ofDays(7)));
    }
    return new RetentionPolicies(MONTH, policies);
  }

  @Test
  void set_oneMetric_atOnceHereAndSoonElsewhere() throws InterruptedException {
    Retention here = process(policies(1));
    Retention elsewhere = process(policies(1));
    assertThat(here.set(ACME, "p0_calls", Duration.ofHours(5))).isEqualTo(NOW);
    assertThat(here.of(ACME, "p0_calls")).isEqualTo(Duration.ofHours(5));
    awaitRetention(elsewhere, "p0_calls", Duration.ofHours(5));
    // What it reads when it is opened may have been enough for that.
    here.set(ACME, "p0_calls", Duration.ofHours(6));
    awaitRetention(elsewhere, "p0_calls", Duration.ofHours(6));
    assertThat(elsewhere.of(ACME, "p0_other")).isEqualTo(Duration.ofDays(7));
    assertThat(elsewhere.of(new TenantId("globex"), "p0_calls")).isEqualTo(Duration.ofDays(7));
    assertThat(process(policies(0)).of(ACME, "p0_calls")).isEqualTo(Duration.ofHours(6));
  }

  /** By itself: nobody tells it. */
  private static void awaitRetention(Retention retention, String metric, Duration expected)
      throws InterruptedException {
    Instant giveUp = Instant.now().plusSeconds(60);
    while (!retention.of(ACME, metric).equals(expected)) {
      assertThat(Instant.now()).as("%s", retention.of(ACME, metric)).isBefore(giveUp);
      Thread.sleep(50);
    }
  }

  @Test
  void set_again_theLastOneHolds() {
    Retention retention = process(policies(0));
    for (int days : new int[] {5, 9, 5}) {
      retention.set(ACME, "m", Duration.ofDays(days));
      assertThat(retention.of(ACME, "m")).isEqualTo(Duration.ofDays(days));
    }
  }

  @Test
  void apply_otherPolicies_leaveWhatWasSet() {
    Retention retention = process(policies(1));
    retention.set(ACME, "m", Duration.ofDays(9));
    retention.apply(RetentionRules.configured(RetentionPolicies.keepFor(Duration.ofDays(2))));
    assertThat(retention.of(ACME, "m")).isEqualTo(Duration.ofDays(9));
    assertThat(retention.of(ACME, "p0_calls")).isEqualTo(Duration.ofDays(2));
  }

  @Test
  void apply_whileClickHouseIsSilent_holdsAtOnceAndIsSharedLater() throws InterruptedException {
    try (FaultProxy proxy = FaultProxy.inFrontOf(database.server().httpUrl());
        ClickHouseClient client =
            new ClickHouseClient(database.access().at(List.of(proxy.url().toString())))) {
      Retention retention = process(client, policies(1));
      proxy.delayEachWay(Duration.ofHours(1));
      Thread waiting = Thread.ofVirtual().start(retention::refresh);
      proxy.awaitRequests(proxy.requests() + 1);
      for (int days = 9; days > 1; days--) {
        Instant began = Instant.now();
        retention.apply(
            RetentionRules.configured(RetentionPolicies.keepFor(Duration.ofDays(days))));
        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(1));
        assertThat(retention.of(ACME, "m")).isEqualTo(Duration.ofDays(days));
      }
      proxy.heal();
      waiting.join();
      awaitSharedDefault(Duration.ofDays(2));
      retention.close();
    }
  }

  private void awaitSharedDefault(Duration expected) throws InterruptedException {
    SchemaFacts facts = new SchemaFacts(database.client(), database.tables());
    Instant giveUp = Instant.now().plusSeconds(60);
    String plan = "";
    while (plan.isEmpty()
        || !RetentionPlanText.read(plan).policies().defaultRetention().equals(expected)) {
      assertThat(Instant.now()).as(plan).isBefore(giveUp);
      Thread.sleep(50);
      plan = facts.newest("retention").map(SchemaFacts.Fact::value).orElse("");
    }
  }

  @Test
  void set_moreThanATtlMayHave_isRefused() {
    Retention retention = process(policies(TtlExpression.BRANCHES_MAX - 1));
    retention.set(ACME, "m", MONTH);
    retention.set(ACME, "m", Duration.ofDays(9));
    assertThatThrownBy(() -> retention.set(ACME, "n", MONTH))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_QUERY))
        .hasMessageContaining("256 retentions")
        .hasMessageContaining("at most 256");
    assertThat(retention.of(ACME, "n")).isEqualTo(MONTH);
  }

  /** One tenant's admin could take the places of all others. */
  @Test
  void set_moreThanATenantMay_isRefused_andOthersAreNot() {
    Retention retention = process(policies(0));
    for (int i = 0; i < OwnRetentions.OF_TENANT_MAX; i++) {
      retention.set(ACME, "m" + i, Duration.ofDays(7));
    }
    retention.set(ACME, "m0", Duration.ofDays(8));
    assertThatThrownBy(() -> retention.set(ACME, "another", Duration.ofDays(7)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("64 metrics, and may for 64");
    retention.set(new TenantId("globex"), "another", Duration.ofDays(7));
  }

  /** Of the places that policies leave a tenant has half of those that others leave. */
  @Test
  void set_moreThanItsPartOfATtl_isRefused_andOthersAreNot() {
    Retention retention = process(policies(TtlExpression.BRANCHES_MAX - 8));
    setAllThatMayBe(retention, ACME, 4);
    setAllThatMayBe(retention, new TenantId("globex"), 2);
    setAllThatMayBe(retention, new TenantId("initech"), 1);
    retention.set(ACME, "m0", Duration.ofDays(9));
    assertThat(retention.of(ACME, "m0")).isEqualTo(Duration.ofDays(9));
  }

  private static void setAllThatMayBe(Retention retention, TenantId tenant, int count) {
    for (int i = 0; i < count; i++) {
      retention.set(tenant, "m" + i, Duration.ofDays(7));
    }
    assertThatThrownBy(() -> retention.set(tenant, "another", Duration.ofDays(7)))
        .isInstanceOfSatisfying(
            StoreException.class,
            e ->
                assertThat(e.details())
                    .containsEntry("limit", "retentions_per_tenant")
                    .containsEntry("value", (long) count))
        .hasMessageContaining("%d metrics, and may for %1$d".formatted(count));
  }

  @Test
  void set_nothing_isRefused() {
    Retention retention = process(policies(0));
    assertThatThrownBy(() -> retention.set(ACME, "m", Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be positive");
  }

  @Test
  void expression_otherConfigurations_theOneStartedLastCounts() {
    Retention older = process(policies(1));
    String first = older.expression();
    Retention newer = process(policies(2));
    String second = newer.expression();
    assertThat(second).isNotEqualTo(first);
    assertThat(older.expression()).as("a clean-up of the older process").isEqualTo(second);
    older.apply(RetentionRules.configured(policies(3)));
    older.status();
    assertThat(newer.expression()).contains("p2\\\\_");
  }

  @Test
  void expression_setElsewhere_isKnownAtOnce() {
    Retention here = process(policies(0));
    Retention elsewhere = process(policies(0));
    elsewhere.set(ACME, "special", Duration.ofDays(99));
    assertThat(here.expression()).contains("special");
  }

  @Test
  void set_changesTheTableInTheBackground() throws InterruptedException {
    Retention retention = process(policies(0));
    retention.set(ACME, "special", Duration.ofDays(9));
    Instant giveUp = Instant.now().plusSeconds(60);
    while (!ttl().contains("special")) {
      assertThat(Instant.now()).as(ttl()).isBefore(giveUp);
      Thread.sleep(50);
    }
  }

  private String ttl() {
    return database.value(
        "SELECT engine_full FROM system.tables WHERE name = 'points' AND database = '"
            + database.tables().database()
            + "'");
  }
}
