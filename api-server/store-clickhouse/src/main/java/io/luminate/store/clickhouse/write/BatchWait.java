// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.model.TenantId;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * How long a batch waits for more. It goes when the first of its tenants would go alone, who waits
 * the longer for clients of its own the more it has in the batch; for those of others all wait the
 * same short time, as for an insert. So whoever sends little is not kept for those who send much,
 * and many who send little make a few inserts a second.
 *
 * <p>For one batch and one thread. Times are those of {@link System#nanoTime}.
 */
final class BatchWait {
  private final FlushPolicy policy;
  private final Companies companies;
  private final Pace pace;
  private final Map<TenantId, Part> parts = new HashMap<>();

  /**
   * The same: as tenants take turns, the next one's request may have come before the last one's.
   */
  private final NavigableSet<Part> inOrder =
      new TreeSet<>(
          Comparator.comparing((Part part) -> part, BatchWait::byFirst)
              .thenComparingInt(part -> part.number));

  private int requests;

  /** Of a tenant. */
  private static final class Part {
    final TenantId tenant;
    final long firstNanos;
    final int number;
    int requests;
    int rows;

    Part(TenantId tenant, long firstNanos, int number) {
      this.tenant = tenant;
      this.firstNanos = firstNanos;
      this.number = number;
    }
  }

  /** Such times are compared by their difference. */
  private static int byFirst(Part one, Part other) {
    return Long.signum(one.firstNanos - other.firstNanos);
  }

  /**
   * Those of batches before.
   *
   * @param atWork whether there are any
   * @param endedNanos when the latest ended
   */
  record Inserts(boolean atWork, long endedNanos) {
    /** How much of the time since then one of them had been on its way. */
    Duration since(long firstNanos, long nowNanos) {
      long answeredNanos = atWork ? nowNanos : endedNanos;
      return Duration.ofNanos(Math.max(0, answeredNanos - firstNanos));
    }
  }

  BatchWait(FlushPolicy policy, Companies companies, Pace pace) {
    this.policy = policy;
    this.companies = companies;
    this.pace = pace;
  }

  /** A request is in the batch. */
  void add(TenantId tenant, int rows, long queuedNanos) {
    Part part = parts.computeIfAbsent(tenant, first -> begun(tenant, queuedNanos));
    requests++;
    part.requests++;
    part.rows += rows;
  }

  private Part begun(TenantId tenant, long queuedNanos) {
    Part part = new Part(tenant, queuedNanos, parts.size());
    inOrder.add(part);
    return part;
  }

  /** For the next request; nothing if the batch should go, or nobody is in it. */
  Duration left(long nowNanos, Inserts inserts) {
    if (parts.isEmpty()) {
      return Duration.ZERO;
    }
    long leftNanos = ofTheFirstToGo(nowNanos, inserts);
    return leftNanos > 0 ? Duration.ofNanos(leftNanos) : forTheNext(nowNanos, inserts);
  }

  /** Looks at few of many tenants: the later one came, the later it goes at the earliest. */
  private long ofTheFirstToGo(long nowNanos, Inserts inserts) {
    long leftNanos = Long.MAX_VALUE;
    for (Part part : inOrder) {
      long atLeast = left(part, false, nowNanos, inserts);
      if (atLeast >= leftNanos) {
        return leftNanos;
      }
      boolean missing = companies.isMoreThan(part.tenant, part.requests);
      leftNanos = Math.min(leftNanos, missing ? left(part, true, nowNanos, inserts) : atLeast);
    }
    return leftNanos;
  }

  /** Nobody has to be waited for, but the next request may be due. */
  private Duration forTheNext(long nowNanos, Inserts inserts) {
    long untilNanos = Long.MAX_VALUE;
    for (Part part : inOrder) {
      boolean missing = companies.isMoreThan(part.tenant, part.requests);
      if (missing && left(part, true, nowNanos, inserts) <= 0) {
        companies.disappointed(part.tenant);
      }
      untilNanos = Math.min(untilNanos, left(part, true, nowNanos, inserts));
    }
    if (companies.isMoreThan(requests)) {
      companies.disappointed();
    }
    return pace.toNext(nowNanos, nowNanos + untilNanos);
  }

  /** Of a tenant's wait; nothing or less when it is over. */
  private long left(Part part, boolean othersExpected, long nowNanos, Inserts inserts) {
    Duration unanswered = inserts.since(part.firstNanos, nowNanos);
    boolean inCompany = inserts.atWork() || companies.isMoreThan(requests);
    Duration patience = policy.patience(part.rows, othersExpected, inCompany, unanswered);
    return part.firstNanos + patience.toNanos() - nowNanos;
  }
}
