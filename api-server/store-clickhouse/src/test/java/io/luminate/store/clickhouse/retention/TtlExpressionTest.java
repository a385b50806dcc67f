// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The expression as a real ClickHouse evaluates it. */
@TestInstance(Lifecycle.PER_CLASS)
class TtlExpressionTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final Duration DAY = Duration.ofDays(1);
  private static final long DAY_SECONDS = DAY.toSeconds();

  /** 2026-03-11T12:00:00Z. */
  private static final long NOON_MILLIS = 1_773_230_400_000L;

  private static final long MIDNIGHT_SECONDS = NOON_MILLIS / 1000 + DAY_SECONDS / 2;

  private TestDatabase database;

  @BeforeAll
  void open() {
    database = TestDatabase.empty();
  }

  @AfterAll
  void close() {
    database.close();
  }

  /** When a row goes, in Unix seconds. */
  private long goneAt(String expression, TenantId tenant, String metric, long timestampMillis) {
    return goneAt(expression, tenant.value(), metric, timestampMillis);
  }

  private long goneAt(String expression, String tenant, String metric, long timestampMillis) {
    return database
        .client()
        .query(
            Statement.of(
                    "SELECT toInt64(toUnixTimestamp("
                        + expression
                        + ")) FROM (SELECT toLowCardinality({tenant:String}) AS tenant,"
                        + " toLowCardinality({metric:String}) AS metric,"
                        + " {timestamp:Int64} AS timestamp)")
                .with("tenant", tenant)
                .with("metric", metric)
                .with("timestamp", timestampMillis),
            rows -> rows.int64())
        .value();
  }

  private static RetentionPolicy policy(Optional<TenantId> tenant, String pattern, int days) {
    return new RetentionPolicy("p" + days, tenant, pattern, Duration.ofDays(days));
  }

  @Test
  void of_defaultAlone_endOfTheDayAndRetentionAndMargin() {
    String ttl = TtlExpression.of(RetentionPolicies.keepFor(DAY.multipliedBy(30)), List.of(), DAY);
    long expected = MIDNIGHT_SECONDS + 31 * DAY_SECONDS;
    assertThat(goneAt(ttl, ACME, "m", NOON_MILLIS)).isEqualTo(expected);
    assertThat(goneAt(ttl, ACME, "m", MIDNIGHT_SECONDS * 1000 - 1)).isEqualTo(expected);
    assertThat(goneAt(ttl, ACME, "m", MIDNIGHT_SECONDS * 1000)).isEqualTo(expected + DAY_SECONDS);
  }

  @Test
  void of_marksOfInserts_stayWithTheLastPoints() {
    String brief = TtlExpression.of(RetentionPolicies.keepFor(DAY), List.of(), DAY);
    assertThat(goneAt(brief, "", "", NOON_MILLIS)).isEqualTo(MIDNIGHT_SECONDS + 9 * DAY_SECONDS);
    RetentionPolicies all =
        new RetentionPolicies(
            DAY.multipliedBy(30),
            List.of(policy(Optional.empty(), "*", 2), policy(Optional.of(ACME), "m", 90)));
    String ttl = TtlExpression.of(all, List.of(), DAY);
    assertThat(goneAt(ttl, "", "", NOON_MILLIS)).isEqualTo(MIDNIGHT_SECONDS + 91 * DAY_SECONDS);
    assertThat(goneAt(ttl, ACME, "n", NOON_MILLIS)).isEqualTo(MIDNIGHT_SECONDS + 3 * DAY_SECONDS);
  }

  @Test
  void of_partOfASecond_isRoundedUp() {
    String ttl =
        TtlExpression.of(
            RetentionPolicies.keepFor(Duration.ofMillis(1001)), List.of(), Duration.ZERO);
    assertThat(goneAt(ttl, ACME, "m", NOON_MILLIS)).isEqualTo(MIDNIGHT_SECONDS + 2);
  }

  @Test
  void of_timesThatClickHouseCannotSay_areTheLast() {
    String ttl =
        TtlExpression.of(
            RetentionPolicies.keepFor(Duration.ofDays(36_500)), List.of(), Duration.ofDays(99_999));
    assertThat(goneAt(ttl, ACME, "m", NOON_MILLIS)).isEqualTo(0xFFFF_FFFFL);
    assertThat(goneAt(ttl, ACME, "m", Long.MAX_VALUE)).isEqualTo(0xFFFF_FFFFL);
  }

  @Test
  void of_policiesAndKept_agreesWithTheModel() {
    RetentionPolicies policies =
        new RetentionPolicies(
            Duration.ofDays(30),
            List.of(
                policy(Optional.empty(), "*", 3),
                policy(Optional.empty(), "api_*", 4),
                policy(Optional.empty(), "api_*_total", 5),
                policy(Optional.of(ACME), "api_*", 6),
                policy(Optional.of(ACME), "*_ms", 7),
                policy(Optional.empty(), "api_calls", 8),
                policy(Optional.of(ACME), "a%b\\'c", 9)));
    List<KeptRetention> kept =
        List.of(
            new KeptRetention(ACME, "kept", Duration.ofDays(100)),
            new KeptRetention(ACME, "it's \\ \n odd", Duration.ofDays(101)));
    String ttl = TtlExpression.of(policies, kept, Duration.ZERO);
    for (TenantId tenant : List.of(ACME, new TenantId("globex"))) {
      for (String metric :
          List.of(
              "x",
              "api_calls",
              "api_x_total",
              "apiXcalls",
              "api_",
              "l_ms",
              "lXms",
              "a%b\\'c",
              "aXb\\'c",
              "new\nline",
              "api_\n_total",
              "")) {
        long days = policies.retentionOf(tenant, metric).toDays();
        assertThat(goneAt(ttl, tenant, metric, NOON_MILLIS))
            .as(tenant + " " + metric)
            .isEqualTo(MIDNIGHT_SECONDS + days * DAY_SECONDS);
      }
    }
    assertThat(goneAt(ttl, ACME, "kept", NOON_MILLIS))
        .isEqualTo(MIDNIGHT_SECONDS + 100 * DAY_SECONDS);
    assertThat(goneAt(ttl, ACME, "it's \\ \n odd", NOON_MILLIS))
        .isEqualTo(MIDNIGHT_SECONDS + 101 * DAY_SECONDS);
    assertThat(goneAt(ttl, new TenantId("globex"), "kept", NOON_MILLIS))
        .isEqualTo(MIDNIGHT_SECONDS + 3 * DAY_SECONDS);
  }

  @Test
  void of_defaultAlone_needsNoBranch() {
    RetentionPolicies policies = RetentionPolicies.keepFor(DAY.multipliedBy(8));
    assertThat(TtlExpression.of(policies, List.of(), DAY))
        .isEqualTo(
            "toDateTime(toUInt32(least(4294967295,"
                + " intDiv(timestamp, 86400000) * 86400 + 864000)), 'UTC')");
  }

  @Test
  void of_asManyBranchesAsThereMayBe_isTakenByTheTable() {
    List<RetentionPolicy> policies = new ArrayList<>();
    for (int i = 0; i < TtlExpression.BRANCHES_MAX; i++) {
      String pattern = "x".repeat(100) + "_".repeat(150) + i + "*";
      TenantId tenant = new TenantId("t".repeat(120) + i);
      policies.add(policy(Optional.of(tenant), pattern, 1 + i));
    }
    String ttl = TtlExpression.of(new RetentionPolicies(DAY, policies), List.of(), DAY);
    try (TestDatabase own = TestDatabase.withTables()) {
      new TtlChange(own.client(), own.tables()).bring(() -> ttl);
      assertThat(
              own.value(
                  "SELECT countSubstrings(engine_full, 'LIKE') FROM system.tables WHERE database = '"
                      + own.tables().database()
                      + "' AND name = 'points'"))
          .isEqualTo("256");
    }
  }
}
