// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.MetricScope;
import io.luminate.model.RetentionHold;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RetentionPlanTest {
  private static final Instant NOW = Instant.parse("2026-03-11T12:00:00Z");
  private static final Duration GRACE = Duration.ofHours(24);
  private static final TenantId ACME = new TenantId("acme");
  private static final List<TenantId> TENANTS = List.of(ACME, new TenantId("globex"));

  private static Duration days(int days) {
    return Duration.ofDays(days);
  }

  private static RetentionRules keep(int days, RetentionPolicy... policies) {
    return RetentionRules.configured(new RetentionPolicies(days(days), List.of(policies)));
  }

  private static RetentionPolicy policy(String pattern, int days) {
    return new RetentionPolicy(pattern, Optional.empty(), pattern, days(days));
  }

  private static RetentionPlan follow(RetentionPlan plan, RetentionRules rules, Instant now) {
    return plan.follow(rules, List.of(), now, GRACE);
  }

  private static Duration bytes(RetentionPlan plan, String metric, Instant now) {
    return plan.bytesOf(ACME, metric, plan.policies().retentionOf(ACME, metric), now);
  }

  @Test
  void follow_shorterDefault_holdsUntilTheGraceIsOver() {
    RetentionPlan plan = follow(RetentionPlan.first(keep(30)), keep(7), NOW);
    Instant end = NOW.plus(GRACE);
    assertThat(bytes(plan, "m", NOW)).isEqualTo(days(30));
    assertThat(bytes(plan, "m", end.minusMillis(1))).isEqualTo(days(30));
    assertThat(bytes(plan, "m", end)).isEqualTo(days(7));
  }

  @Test
  void follow_theSameAgain_doesNotBeginAnew() {
    RetentionPlan plan = follow(RetentionPlan.first(keep(30)), keep(7), NOW);
    RetentionPlan later = follow(plan, keep(7), NOW.plus(Duration.ofHours(23)));
    assertThat(later).isEqualTo(plan);
    assertThat(follow(plan, keep(7), NOW.plus(GRACE)).holds()).isEmpty();
  }

  @Test
  void follow_policyThatComesBeforeALongerOne_holds() {
    RetentionRules before = keep(7, policy("api_*", 90));
    RetentionPlan plan =
        follow(RetentionPlan.first(before), keep(7, policy("api_*", 90), policy("api_x", 3)), NOW);
    assertThat(bytes(plan, "api_x", NOW)).isEqualTo(days(90));
    assertThat(bytes(plan, "db", NOW)).isEqualTo(days(7));
  }

  @Test
  void follow_policyForEverythingShorterThanTheDefault_holds() {
    RetentionPlan plan = follow(RetentionPlan.first(keep(30)), keep(30, policy("*", 2)), NOW);
    assertThat(bytes(plan, "m", NOW)).isEqualTo(days(30));
  }

  @Test
  void follow_longer_holdsNothing() {
    assertThat(follow(RetentionPlan.first(keep(7)), keep(30), NOW).holds()).isEmpty();
    RetentionPlan more = follow(RetentionPlan.first(keep(7)), keep(7, policy("a*", 30)), NOW);
    assertThat(more.holds()).isEmpty();
  }

  @Test
  void follow_documentThatSaysWhatItHolds_isLeftAlone() {
    RetentionHold hold = new RetentionHold(MetricScope.ALL, days(9), NOW.plusSeconds(5));
    RetentionRules document =
        RetentionRules.ofDocument(
            RetentionPolicies.keepFor(days(1)), 4, Optional.of(List.of(hold)));
    RetentionPlan plan = follow(RetentionPlan.first(keep(30)), document, NOW);
    assertThat(plan.holds()).containsExactly(hold);
    assertThat(plan.documentVersion()).isEqualTo(4);
    RetentionRules silent =
        RetentionRules.ofDocument(RetentionPolicies.keepFor(days(1)), 5, Optional.empty());
    assertThat(bytes(follow(RetentionPlan.first(keep(30)), silent, NOW), "m", NOW))
        .isEqualTo(days(30));
  }

  @Test
  void follow_documentOverWhatWasSetForOneMetric_holdsThat() {
    RetentionPolicy own = new RetentionPolicy("m", Optional.of(ACME), "m", days(60));
    RetentionRules document =
        RetentionRules.ofDocument(RetentionPolicies.keepFor(days(30)), 1, Optional.empty());
    RetentionPlan ruled = RetentionPlan.first(keep(30)).follow(document, List.of(own), NOW, GRACE);
    assertThat(bytes(ruled, "m", NOW)).isEqualTo(days(60));
    assertThat(bytes(ruled, "n", NOW)).isEqualTo(days(30));
  }

  @Test
  void shorten_manyMetrics_staysBounded() {
    RetentionPlan plan = RetentionPlan.first(keep(30));
    for (int i = 0; i < 1_000; i++) {
      TenantId tenant = new TenantId("t" + i % 5);
      plan = plan.shorten(tenant, "m" + i, days(30 + i % 3), NOW.plusMillis(i), GRACE);
    }
    assertThat(plan.holds()).hasSizeLessThanOrEqualTo(RetentionPlan.HOLDS_MAX);
    for (int i = 0; i < 1_000; i++) {
      assertThat(plan.bytesOf(new TenantId("t" + i % 5), "m" + i, days(1), NOW))
          .isGreaterThanOrEqualTo(days(30 + i % 3));
    }
    assertThat(plan.bytesOf(ACME, "m", days(1), NOW))
        .as("of who changed nothing")
        .isEqualTo(days(1));
  }

  private static RetentionRules random(SplittableRandom random) {
    List<RetentionPolicy> policies = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      Optional<TenantId> tenant =
          random.nextBoolean() ? Optional.empty() : Optional.of(TENANTS.get(random.nextInt(2)));
      String pattern = List.of("x", "y", "xy", "x*", "*y", "*", "x*y").get(random.nextInt(7));
      policies.add(new RetentionPolicy("p" + i, tenant, pattern, days(1 + random.nextInt(9))));
    }
    RetentionPolicies all = new RetentionPolicies(days(1 + random.nextInt(9)), policies);
    return random.nextInt(4) > 0
        ? RetentionRules.configured(all)
        : RetentionRules.ofDocument(all, 1, Optional.empty());
  }

  private static Duration visible(
      RetentionPlan plan, List<RetentionPolicy> own, TenantId tenant, String metric) {
    return own.stream()
        .filter(p -> !plan.ruled() && p.scope().covers(tenant, metric))
        .findFirst()
        .map(RetentionPolicy::retention)
        .orElse(plan.policies().retentionOf(tenant, metric));
  }

  /** Whatever changes, bytes that could be seen within the grace are there. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void follow_randomChanges_neverFreesWhatWasSeenWithinTheGrace(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 300; round++) {
      List<RetentionPolicy> own =
          random.nextBoolean()
              ? List.of()
              : List.of(new RetentionPolicy("o", Optional.of(ACME), "x", days(5)));
      RetentionPlan plan = RetentionPlan.first(random(random));
      List<RetentionPlan> plans = new ArrayList<>(List.of(plan));
      Instant now = NOW;
      for (int change = 0; change < 4; change++) {
        now = now.plus(Duration.ofHours(random.nextInt(9)));
        plan =
            RetentionPlanText.read(
                RetentionPlanText.write(plan.follow(random(random), own, now, GRACE)));
        plans.add(plan);
      }
      for (TenantId tenant : TENANTS) {
        for (String metric : List.of("x", "y", "xy", "xxy", "z")) {
          Duration bytes = plan.bytesOf(tenant, metric, visible(plan, own, tenant, metric), now);
          for (RetentionPlan earlier : plans.subList(1, plans.size())) {
            assertThat(bytes)
                .as("seed %d, %s of %s: %s then %s", seed, metric, tenant, earlier, plan)
                .isGreaterThanOrEqualTo(visible(earlier, own, tenant, metric));
          }
        }
      }
    }
  }

  @Test
  void text_oddNames_comeBack() {
    MetricScope odd = new MetricScope(Optional.of(ACME), "a b\n%*é");
    RetentionPlan plan =
        new RetentionPlan(
            7,
            true,
            new RetentionPolicies(
                days(30), List.of(new RetentionPolicy("n m\t", odd.tenant(), "a b*", days(2)))),
            List.of(new RetentionHold(odd, days(4), NOW)));
    assertThat(RetentionPlanText.read(RetentionPlanText.write(plan))).isEqualTo(plan);
  }
}
