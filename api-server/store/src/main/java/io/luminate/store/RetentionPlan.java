// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.MetricScope;
import io.luminate.model.RetentionHold;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The retention that counts, and what is held from before it: a store keeps this durably, so that a
 * restart neither forgets since when something was shortened nor begins anew.
 *
 * <p>Holds may keep more than is needed, never less: whatever metric gets a shorter retention than
 * it had, some hold covers it with at least what it had.
 *
 * @param documentVersion 0: no document, or one without a version
 * @param ruled whether a document is the only source, so that what was set for single metrics does
 *     not count
 * @param holds none of which covers another
 */
public record RetentionPlan(
    long documentVersion, boolean ruled, RetentionPolicies policies, List<RetentionHold> holds) {
  /** Together; past it, one that covers all is in place of them. */
  public static final int HOLDS_MAX = 256;

  /** Of one tenant's own; past it, one of all its metrics is in place of them. */
  static final int TENANT_HOLDS_MAX = 32;

  /** So that the same holds make the same plan. */
  private static final Comparator<RetentionHold> ORDER =
      Comparator.<RetentionHold, String>comparing(
              hold -> hold.scope().tenant().map(TenantId::value).orElse(""))
          .thenComparing(hold -> hold.scope().metricPattern())
          .thenComparing(RetentionHold::retention)
          .thenComparing(RetentionHold::bytesUntil);

  public RetentionPlan {
    holds = holds.stream().sorted(ORDER).toList();
  }

  /** Of a store that has none yet, with nothing to hold. */
  public static RetentionPlan first(RetentionRules rules) {
    List<RetentionHold> given =
        rules.document().flatMap(RetentionRules.Document::holds).orElse(List.of());
    return of(rules, given);
  }

  private static RetentionPlan of(RetentionRules rules, List<RetentionHold> holds) {
    long version = rules.document().map(RetentionRules.Document::version).orElse(0L);
    return new RetentionPlan(version, rules.document().isPresent(), rules.policies(), holds);
  }

  /**
   * The plan once others count.
   *
   * @param own what was set for single metrics
   * @param grace how long what is shortened is held, where no document says so
   */
  public RetentionPlan follow(
      RetentionRules rules, Collection<RetentionPolicy> own, Instant now, Duration grace) {
    Optional<List<RetentionHold>> given = rules.document().flatMap(RetentionRules.Document::holds);
    if (given.isPresent()) {
      return of(rules, given.get());
    }
    RetentionPlan next = of(rules, List.of());
    List<RetentionHold> held = new ArrayList<>(heldAt(now));
    if (!grace.isZero()) {
      held.addAll(shortened(sources(own), next.sources(own), now.plus(grace)));
    }
    return of(rules, bounded(held));
  }

  /** The plan once a single metric, that has had this retention so far, gets a shorter one. */
  public RetentionPlan shorten(
      TenantId tenant, String metric, Duration before, Instant now, Duration grace) {
    List<RetentionHold> held = new ArrayList<>(heldAt(now));
    if (!grace.isZero()) {
      MetricScope scope = new MetricScope(Optional.of(tenant), metric);
      held.add(new RetentionHold(scope, before, now.plus(grace)));
    }
    return new RetentionPlan(documentVersion, ruled, policies, bounded(held));
  }

  /** What is held still. */
  public List<RetentionHold> heldAt(Instant now) {
    return holds.stream().filter(hold -> hold.holdsAt(now)).toList();
  }

  /** How long bytes of the metric stay, of which queries see this much. */
  public Duration bytesOf(TenantId tenant, String metric, Duration visible, Instant now) {
    Duration longest = visible;
    for (RetentionHold hold : holds) {
      if (hold.retention().compareTo(longest) > 0
          && hold.holdsAt(now)
          && hold.scope().covers(tenant, metric)) {
        longest = hold.retention();
      }
    }
    return longest;
  }

  /** Sources in their order: what was set for one metric, policies, the default. */
  private enum Rank {
    OWN,
    POLICY,
    DEFAULT
  }

  private record Source(Rank rank, MetricScope scope) {}

  /** All that may count for some metric; of two policies for one scope, the longer wins. */
  private Map<Source, Duration> sources(Collection<RetentionPolicy> own) {
    Map<Source, Duration> sources = new HashMap<>();
    sources.put(new Source(Rank.DEFAULT, MetricScope.ALL), policies.defaultRetention());
    policies
        .policies()
        .forEach(p -> sources.merge(of(Rank.POLICY, p), p.retention(), RetentionPlan::longer));
    if (!ruled) {
      own.forEach(p -> sources.put(of(Rank.OWN, p), p.retention()));
    }
    return sources;
  }

  private static Source of(Rank rank, RetentionPolicy policy) {
    return new Source(rank, policy.scope());
  }

  /**
   * A metric whose retention falls had one source that counted for it. Either that one is gone or
   * shorter, or another one that is new or changed now comes before it.
   */
  private static List<RetentionHold> shortened(
      Map<Source, Duration> before, Map<Source, Duration> after, Instant until) {
    List<RetentionHold> holds = new ArrayList<>();
    before.forEach(
        (source, retention) -> {
          Duration now = after.get(source);
          if (now == null || now.compareTo(retention) < 0) {
            holds.add(new RetentionHold(source.scope(), retention, until));
          }
        });
    after.forEach(
        (source, retention) -> {
          Duration longest = longestThatMeets(source.scope(), before);
          if (!retention.equals(before.get(source)) && longest.compareTo(retention) > 0) {
            holds.add(new RetentionHold(source.scope(), longest, until));
          }
        });
    return holds;
  }

  private static Duration longestThatMeets(MetricScope scope, Map<Source, Duration> all) {
    Duration longest = Duration.ZERO;
    for (Map.Entry<Source, Duration> one : all.entrySet()) {
      if (one.getValue().compareTo(longest) > 0 && one.getKey().scope().mayMeet(scope)) {
        longest = one.getValue();
      }
    }
    return longest;
  }

  /** Few enough to look through for every metric. */
  private static List<RetentionHold> bounded(List<RetentionHold> holds) {
    Map<Optional<TenantId>, List<RetentionHold>> byTenant = new HashMap<>();
    merged(holds)
        .forEach(h -> byTenant.computeIfAbsent(h.scope().tenant(), t -> new ArrayList<>()).add(h));
    List<RetentionHold> fewer = new ArrayList<>();
    byTenant.forEach(
        (tenant, own) ->
            fewer.addAll(
                tenant.isPresent() && own.size() > TENANT_HOLDS_MAX
                    ? List.of(together(own, new MetricScope(tenant, "*")))
                    : own));
    return fewer.size() <= HOLDS_MAX ? fewer : List.of(together(fewer, MetricScope.ALL));
  }

  private static RetentionHold together(List<RetentionHold> holds, MetricScope scope) {
    return new RetentionHold(
        scope,
        holds.stream().map(RetentionHold::retention).max(Comparator.naturalOrder()).orElseThrow(),
        holds.stream().map(RetentionHold::bytesUntil).max(Comparator.naturalOrder()).orElseThrow());
  }

  private static List<RetentionHold> merged(List<RetentionHold> holds) {
    Map<MetricScope, List<RetentionHold>> kept = new HashMap<>();
    for (RetentionHold hold : holds) {
      List<RetentionHold> ofScope = kept.computeIfAbsent(hold.scope(), s -> new ArrayList<>());
      if (ofScope.stream().noneMatch(other -> covers(other, hold))) {
        ofScope.removeIf(other -> covers(hold, other));
        ofScope.add(hold);
      }
    }
    return kept.values().stream().flatMap(List::stream).toList();
  }

  private static boolean covers(RetentionHold one, RetentionHold other) {
    return one.retention().compareTo(other.retention()) >= 0
        && !one.bytesUntil().isBefore(other.bytesUntil());
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
