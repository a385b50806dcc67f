// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which policy wins, against a search through all pairs, on names and patterns of few letters. */
final class RetentionPoliciesTest {
  private static final List<TenantId> TENANTS = List.of(new TenantId("a"), new TenantId("b"));

  private final List<RetentionPolicy> policies = new ArrayList<>();

  private static String text(SplittableRandom random, String letters, int lengthMax) {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(lengthMax); i > 0; i--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  private static RetentionPolicy policy(SplittableRandom random, int number) {
    Optional<TenantId> tenant =
        random.nextBoolean() ? Optional.empty() : Optional.of(TENANTS.get(random.nextInt(2)));
    return new RetentionPolicy(
        "p" + number, tenant, text(random, "xy*", 5), Duration.ofDays(1 + random.nextInt(3)));
  }

  private static boolean matches(RetentionPolicy policy, TenantId tenant, String name) {
    String regex = policy.metricPattern().replace("*", ".*");
    return policy.tenant().map(tenant::equals).orElse(true) && Pattern.matches(regex, name);
  }

  /** As the design says it, clause by clause. */
  private static boolean winsOver(RetentionPolicy one, RetentionPolicy other) {
    if (one.tenant().isPresent() != other.tenant().isPresent()) {
      return one.tenant().isPresent();
    }
    boolean exact = !one.metricPattern().contains("*");
    if (exact == other.metricPattern().contains("*")) {
      return exact;
    }
    int prefix = (one.metricPattern() + "*").indexOf('*');
    int otherPrefix = (other.metricPattern() + "*").indexOf('*');
    if (prefix != otherPrefix) {
      return prefix > otherPrefix;
    }
    int letters = one.metricPattern().replace("*", "").length();
    int otherLetters = other.metricPattern().replace("*", "").length();
    if (letters != otherLetters) {
      return letters > otherLetters;
    }
    int retention = one.retention().compareTo(other.retention());
    return retention != 0 ? retention > 0 : one.name().compareTo(other.name()) < 0;
  }

  private Optional<RetentionPolicy> winner(TenantId tenant, String name) {
    List<RetentionPolicy> fit =
        policies.stream().filter(policy -> matches(policy, tenant, name)).toList();
    return fit.stream()
        .filter(one -> fit.stream().allMatch(other -> one == other || winsOver(one, other)))
        .findFirst();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void retentionOf_randomPolicies_isThatOfTheWinner(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      policies.clear();
      for (int i = random.nextInt(12); i > 0; i--) {
        policies.add(policy(random, i));
      }
      RetentionPolicies sorted = new RetentionPolicies(Duration.ofDays(9), policies);
      for (int ask = 0; ask < 30; ask++) {
        TenantId tenant = TENANTS.get(random.nextInt(2));
        String name = text(random, "xy", 5);
        assertThat(sorted.retentionOf(tenant, name))
            .as("seed %d, %s of %s in %s", seed, name, tenant, policies)
            .isEqualTo(
                winner(tenant, name).map(RetentionPolicy::retention).orElse(Duration.ofDays(9)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void mayMeet_anyTwoThatShareAMetric_isTrue(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int apart = 0;
    for (int round = 0; round < 20_000; round++) {
      RetentionPolicy one = policy(random, 1);
      RetentionPolicy other = policy(random, 2);
      String name = text(random, "xy", 4);
      boolean meet = one.scope().mayMeet(other.scope());
      apart += meet ? 0 : 1;
      for (TenantId tenant : TENANTS) {
        if (matches(one, tenant, name) && matches(other, tenant, name)) {
          assertThat(meet).as("seed %d, %s and %s: %s", seed, one, other, name).isTrue();
        }
      }
    }
    assertThat(apart).as("seed %d", seed).isPositive();
  }
}
