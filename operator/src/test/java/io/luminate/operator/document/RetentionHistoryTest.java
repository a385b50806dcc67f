// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.crd.LuminateCluster;
import io.luminate.crd.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of policies, restarts and passes of the operator, beside a reference that looks
 * at every metric by itself.
 */
final class RetentionHistoryTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void histories_random_clipAtOnceAndHoldForTheGrace(long seed) {
    run(seed, 30);
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(longs = {101, 102, 103, 104})
  void histories_thousands_clipAtOnceAndHoldForTheGrace(long seed) {
    run(seed, 1_000);
  }

  private static void run(long seed, int histories) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int history = 0; history < histories; history++) {
      new History(seed, random.split()).run();
    }
  }

  private static final class History {
    private static final List<String> TENANTS = List.of("acme", "globex", "zeta");
    private static final List<String> METRICS =
        List.of("x", "y", "xy", "xxy", "yx", "xyx", "z", "xz", "zy");
    private static final List<String> PATTERNS =
        List.of("x", "xy", "x*", "*y", "*", "x*y", "x*y*", "**", "x*x", "z", "*x*");
    private static final Instant START = Instant.parse("2026-03-11T12:00:00Z");

    /** What the reference knows of one metric: how long bytes have to stay, and until when. */
    private record Promise(Duration retention, Instant until) {}

    private record Metric(String tenant, String name) {}

    private final SplittableRandom random;
    private final long seed;
    private final Map<String, RetentionPolicy> policies = new HashMap<>();
    private final Map<Metric, Duration> seen = new HashMap<>();
    private final Map<Metric, List<Promise>> promises = new HashMap<>();

    /** Latest end of any hold that may be there, by what was shortened so far. */
    private Instant lastEnd;

    private String fallback = "7d";
    private Duration grace = Duration.ofHours(24);
    private Instant now = START;
    private Optional<PublishedDocument> last = Optional.empty();

    private History(long seed, SplittableRandom random) {
      this.seed = seed;
      this.random = random;
      this.lastEnd = START.plus(grace);
    }

    private void run() {
      for (int step = 0; step < 20; step++) {
        for (int changes = random.nextInt(3); changes > 0; changes--) {
          change();
        }
        publish();
        now = now.plus(Duration.ofMinutes(random.nextInt(900)));
        // The end of a hold, just before it, and a pass in which nothing is to be done.
        last.flatMap(d -> d.retention().orElseThrow().held().stream().findFirst())
            .filter(hold -> random.nextInt(4) == 0 && hold.bytesUntil().isAfter(now))
            .ifPresent(hold -> now = hold.bytesUntil().minusMillis(random.nextInt(2)));
      }
      afterAllGraces();
    }

    private void change() {
      String name = "p" + random.nextInt(7);
      switch (random.nextInt(8)) {
        case 0, 1 -> policies.remove(name);
        case 2 -> fallback = 1 + random.nextInt(12) + "d";
        case 3 -> grace = Duration.ofHours(random.nextInt(30));
        default -> policies.put(name, randomPolicy(name));
      }
    }

    private RetentionPolicy randomPolicy(String name) {
      String tenant = random.nextBoolean() ? null : TENANTS.get(random.nextInt(2));
      String pattern = PATTERNS.get(random.nextInt(PATTERNS.size()));
      return Resources.policy(name, tenant, pattern, 1 + random.nextInt(12) + "d");
    }

    private NextDocument next() {
      LuminateCluster cluster = Resources.cluster(fallback, grace.toHours() + "h");
      return NextDocument.of(
          new DocumentSources(
              cluster, List.of(), List.copyOf(policies.values()), last, List.of(), now));
    }

    private void publish() {
      Optional<RetentionSection> before = last.map(document -> section());
      NextDocument next = next();
      // Whatever an operator remembers, a restarted one knows the text alone.
      last = Optional.of(PublishedDocument.read(next.document().gzip()));
      for (String tenant : TENANTS) {
        for (String name : METRICS) {
          check(new Metric(tenant, name), next);
        }
      }
      assertThat(next().isNew()).as("seed %d: a second pass", seed).isFalse();
      checkHolds();
      before.ifPresent(section -> checkCarriedOver(section.held()));
      checkLaterPass();
    }

    /** Holds end with some shortening's grace, and are all of them ahead. */
    private void checkHolds() {
      for (RetentionHold hold : section().held()) {
        assertThat(hold.bytesUntil()).as("seed %d: %s", seed, hold).isAfter(now);
        assertThat(hold.bytesUntil()).as("seed %d: %s", seed, hold).isBeforeOrEqualTo(lastEnd);
      }
    }

    /** Each is still there, or in one that holds more, or queries see all of it again. */
    private void checkCarriedOver(List<RetentionHold> before) {
      for (RetentionHold hold : before) {
        boolean isOver = !hold.holdsAt(now);
        boolean isHeld = section().held().stream().anyMatch(other -> other.covers(hold));
        assertThat(isOver || isHeld || isSeen(hold))
            .as("seed %d: %s at %s in %s", seed, hold, now, last.orElseThrow().text())
            .isTrue();
      }
    }

    private boolean isSeen(RetentionHold hold) {
      String tenant = hold.scope().tenant().orElse(null);
      return seen.entrySet().stream()
          .filter(metric -> fits(tenant, hold.scope().metricPattern(), metric.getKey()))
          .allMatch(metric -> metric.getValue().compareTo(hold.retention()) >= 0);
    }

    /** While nothing changes, time takes holds away and brings none. */
    private void checkLaterPass() {
      Instant before = now;
      now = now.plus(Duration.ofMinutes(1 + random.nextInt(2_000)));
      List<RetentionHold> left = new ArrayList<>(section().held());
      left.removeIf(hold -> !hold.holdsAt(now));
      assertThat(next().document().retention().orElseThrow().held())
          .as("seed %d: %s", seed, now)
          .isEqualTo(left);
      now = before;
    }

    private void check(Metric metric, NextDocument next) {
      Duration visible = reference(metric);
      assertThat(visibleIn(next, metric))
          .as("seed %d: %s by %s", seed, metric, next.document().text())
          .isEqualTo(visible);
      promise(metric, visible);
      for (Promise promise : promises.getOrDefault(metric, List.of())) {
        assertThat(bytesOf(metric))
            .as("seed %d: %s of %s at %s in %s", seed, promise, metric, now, next.document().text())
            .isGreaterThanOrEqualTo(promise.retention());
      }
    }

    /** What a metric had is promised when it gets less, until then or until it has it again. */
    private void promise(Metric metric, Duration visible) {
      List<Promise> own = promises.computeIfAbsent(metric, m -> new ArrayList<>());
      own.removeIf(p -> !now.isBefore(p.until()) || p.retention().compareTo(visible) <= 0);
      Duration before = seen.put(metric, visible);
      if (before != null && before.compareTo(visible) > 0 && !grace.isZero()) {
        own.add(new Promise(before, now.plus(grace)));
      }
      Instant end = now.plus(grace);
      lastEnd = end.isAfter(lastEnd) ? end : lastEnd;
    }

    /** Nothing is held for ever. */
    private void afterAllGraces() {
      now = lastEnd;
      NextDocument next = next();
      assertThat(next.document().retention().orElseThrow().held()).as("seed %d", seed).isEmpty();
      assertThat(next.nextDue()).isEmpty();
    }

    private RetentionSection section() {
      return last.orElseThrow().retention().orElseThrow();
    }

    private Duration bytesOf(Metric metric) {
      return section().held().stream()
          .filter(hold -> now.isBefore(hold.bytesUntil()))
          .filter(
              hold ->
                  fits(hold.scope().tenant().orElse(null), hold.scope().metricPattern(), metric))
          .map(RetentionHold::retention)
          .max(Comparator.naturalOrder())
          .filter(held -> held.compareTo(seen.get(metric)) > 0)
          .orElse(seen.get(metric));
    }

    /** By the document: the first that fits. */
    private static Duration visibleIn(NextDocument next, Metric metric) {
      RetentionRules rules = next.document().retention().orElseThrow().rules();
      return rules.policies().stream()
          .filter(p -> fits(p.scope().tenant().orElse(null), p.scope().metricPattern(), metric))
          .findFirst()
          .map(RetentionRule::retention)
          .orElse(rules.defaultRetention());
    }

    /** By the resources: whatever fits is weighed against each other one. */
    private Duration reference(Metric metric) {
      RetentionPolicy best = null;
      for (RetentionPolicy policy : policies.values()) {
        if (fits(policy.getSpec().tenantId(), policy.getSpec().metricPattern(), metric)
            && (best == null || isBefore(policy, best))) {
          best = policy;
        }
      }
      return days(best == null ? fallback : best.getSpec().retention());
    }

    private static boolean fits(String tenant, String pattern, Metric metric) {
      return (tenant == null || tenant.equals(metric.tenant()))
          && Pattern.matches(pattern.replace("*", ".*"), metric.name());
    }

    private static Duration days(String text) {
      return Duration.ofDays(Long.parseLong(text.substring(0, text.length() - 1)));
    }

    /** One digit for each rule of precedence, the lower the earlier. */
    private static boolean isBefore(RetentionPolicy one, RetentionPolicy other) {
      String left = rank(one);
      String right = rank(other);
      return left.compareTo(right) < 0;
    }

    private static String rank(RetentionPolicy policy) {
      String pattern = policy.getSpec().metricPattern();
      return "%d %d %03d %03d %03d %s"
          .formatted(
              policy.getSpec().tenantId() == null ? 1 : 0,
              pattern.contains("*") ? 1 : 0,
              999 - (pattern + "*").indexOf('*'),
              999 - pattern.replace("*", "").length(),
              999 - days(policy.getSpec().retention()).toDays(),
              policy.getMetadata().getName());
    }
  }
}
