// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The tenants that have rows of their own: a bounded number, those where most happens; all others
 * share the label {@code other}. A tenant takes another's place only when it has outweighed it
 * clearly, so that rows do not come and go; its counters then start at zero.
 *
 * <p>Concurrency: counting takes no lock; only {@link #rebalance} removes tenants, and its caller
 * runs it one at a time. An event that races with a removal may go uncounted.
 */
final class TenantLabels {
  static final String OTHER = "other";

  /** Protects the scraper: each tenant has up to some twenty rows. */
  static final int NAMED_MAX = 100;

  /** Tenants watched for promotion; protects the heap from a flood of tenants. */
  static final int CANDIDATES_MAX = 1_000;

  /** Moves per rebalance; protects the scraper from churn. */
  private static final int MOVES_MAX = 5;

  private final MeterRegistry registry;
  private final Map<String, TenantMeters> named = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> candidates = new ConcurrentHashMap<>();
  private final TenantMeters other;

  TenantLabels(MeterRegistry registry) {
    this.registry = registry;
    this.other = new TenantMeters(registry, OTHER);
  }

  /** The meters to count in; {@code weight} says how much the event counts towards a name. */
  TenantMeters of(String tenant, long weight) {
    TenantMeters meters = named.get(tenant);
    if (meters != null) {
      return meters;
    }
    if (named.size() < NAMED_MAX) {
      return named.computeIfAbsent(tenant, name -> new TenantMeters(registry, name));
    }
    candidate(tenant, weight);
    return other;
  }

  private void candidate(String tenant, long weight) {
    LongAdder adder = candidates.get(tenant);
    if (adder == null && candidates.size() < CANDIDATES_MAX) {
      adder = candidates.computeIfAbsent(tenant, name -> new LongAdder());
    }
    if (adder != null) {
      adder.add(weight);
    }
  }

  /** Lets the heaviest candidates replace the lightest named tenants, then halves all weights. */
  void rebalance() {
    boolean moved = true;
    for (int moves = 0; moved && moves < MOVES_MAX; moves++) {
      moved = replaceLightest();
    }
    named.values().forEach(meters -> halve(meters.weight));
    candidates.values().forEach(TenantLabels::halve);
    candidates.values().removeIf(weight -> weight.sum() == 0);
  }

  private boolean replaceLightest() {
    Optional<Map.Entry<String, LongAdder>> heaviest =
        candidates.entrySet().stream().max(Comparator.comparingLong(e -> e.getValue().sum()));
    Optional<Map.Entry<String, TenantMeters>> lightest =
        named.entrySet().stream().min(Comparator.comparingLong(e -> e.getValue().weight.sum()));
    if (heaviest.isEmpty()
        || lightest.isEmpty()
        || heaviest.get().getValue().sum() <= 2 * lightest.get().getValue().weight.sum()) {
      return false;
    }
    replace(lightest.get(), heaviest.get());
    return true;
  }

  private void replace(
      Map.Entry<String, TenantMeters> lightest, Map.Entry<String, LongAdder> heaviest) {
    named.remove(lightest.getKey());
    if (!lightest.getKey().equals(OTHER)) {
      lightest.getValue().remove();
    }
    candidates.remove(heaviest.getKey());
    TenantMeters promoted = new TenantMeters(registry, heaviest.getKey());
    promoted.weight.add(heaviest.getValue().sum());
    named.put(heaviest.getKey(), promoted);
  }

  /** The tenants that have rows of their own, for tests. */
  List<String> names() {
    return named.keySet().stream().sorted().toList();
  }

  private static void halve(LongAdder weight) {
    weight.add(-(weight.sum() + 1) / 2);
  }
}
