// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.TenantId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Whose turn it is: of the tenants that wait, the one that had least of the threads of late, and of
 * its jobs the one that waits longest. So a tenant's many queries wait for each other, and those of
 * whoever asks now and then come first. What a tenant had counts half after a second: nobody waits
 * for ever, and nobody is behind for long. Not thread safe.
 */
final class TenantTurns<J> {
  private static final double HALF_LIFE_NANOS = 1e9;

  /** A tenant without jobs that had less than this is as good as one that is new. */
  private static final double FORGOTTEN_NANOS = 1e6;

  /** Usage of so many at least is kept before any is looked through. */
  static final int KEPT_MIN = 1_024;

  /** Time that a tenant had, as it counted at one moment. */
  private record Usage(double nanos, long atNanos) {
    static final Usage NONE = new Usage(0, 0);

    double at(long nowNanos) {
      return nanos == 0 ? 0 : nanos * Math.pow(2, (atNanos - nowNanos) / HALF_LIFE_NANOS);
    }
  }

  private final LongSupplier nanoClock;
  private final Map<TenantId, ArrayDeque<J>> waiting = new LinkedHashMap<>();
  private final Map<TenantId, Usage> usage = new HashMap<>();
  private int keptMax = KEPT_MIN;

  TenantTurns(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Puts the job behind its tenant's others. */
  void add(TenantId tenant, J job) {
    waiting.computeIfAbsent(tenant, _ -> new ArrayDeque<>()).addLast(job);
  }

  /** Takes the job whose turn it is. */
  Optional<J> poll() {
    return first().map(this::pollOf);
  }

  private Optional<TenantId> first() {
    if (waiting.size() < 2) {
      return waiting.keySet().stream().findFirst();
    }
    long nowNanos = nanoClock.getAsLong();
    TenantId first = null;
    double least = Double.POSITIVE_INFINITY;
    for (TenantId tenant : waiting.keySet()) {
      double had = usage.getOrDefault(tenant, Usage.NONE).at(nowNanos);
      if (had < least) {
        first = tenant;
        least = had;
      }
    }
    return Optional.ofNullable(first);
  }

  private J pollOf(TenantId tenant) {
    ArrayDeque<J> jobs = Objects.requireNonNull(waiting.get(tenant), "who waits");
    J job = jobs.removeFirst();
    if (jobs.isEmpty()) {
      waiting.remove(tenant);
    }
    return job;
  }

  /** The tenant had a thread for so long, until now. */
  void had(TenantId tenant, long nanos) {
    long nowNanos = nanoClock.getAsLong();
    double before = usage.getOrDefault(tenant, Usage.NONE).at(nowNanos);
    usage.put(tenant, new Usage(before + nanos, nowNanos));
    if (usage.size() > keptMax) {
      usage.values().removeIf(one -> one.at(nowNanos) < FORGOTTEN_NANOS);
      keptMax = Math.max(KEPT_MIN, 2 * usage.size());
    }
  }

  /** Tenants whose usage is known. */
  int kept() {
    return usage.size();
  }

  /** Takes all jobs, in no order. */
  ArrayDeque<J> drain() {
    ArrayDeque<J> all = new ArrayDeque<>();
    waiting.values().forEach(all::addAll);
    waiting.clear();
    return all;
  }
}
