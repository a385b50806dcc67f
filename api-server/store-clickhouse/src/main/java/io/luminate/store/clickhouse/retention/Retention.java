// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.RetentionHold;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.OwnRetentions;
import io.luminate.store.RetentionPlan;
import io.luminate.store.RetentionStatus;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.Recurring;
import io.luminate.store.clickhouse.schema.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long the points of each metric live. Queries clip by {@link #of}, which follows a change at
 * once in the process that made it, and within {@link #REFRESH} in all others. ClickHouse's TTL
 * follows in the background.
 *
 * <p>Concurrency: what is in force is one immutable value, replaced under this object's lock, which
 * nobody holds while he waits for ClickHouse. One thread refreshes it and shares it with other
 * processes, another one changes the TTL, as that may take hours.
 */
public final class Retention implements AutoCloseable {
  /** How soon a process sees what another one has set. */
  public static final Duration REFRESH = Duration.ofSeconds(5);

  /** How soon a change of the TTL that another process began is looked at. */
  private static final Duration RESUME = Duration.ofSeconds(10);

  /** How soon a change of the TTL that was cut off here is gone on with. */
  private static final Duration GO_ON = Duration.ofSeconds(1);

  private final RetentionOptions options;
  private final KeptRetentions table;
  private final TtlChange ttl;
  private final SharedPlan plan;
  private final Recurring viewThread;
  private final Recurring ttlThread;
  private volatile InForce inForce;
  private final Object sharing = new Object();
  private final Object reading = new Object();
  private volatile boolean ttlDue;
  private volatile long nextLookNanos = System.nanoTime();

  /** What the shared plan was brought to from here; a clean-up does not do so again. */
  private volatile Optional<RetentionRules> shared = Optional.empty();

  /** Whether there are rules that the shared plan has not been brought to from here. */
  private volatile boolean sharingDue;

  private record InForce(RetentionRules rules, List<KeptRetention> kept) {

    Duration of(TenantId tenant, String metric) {
      return own(tenant, metric).orElseGet(() -> rules.policies().retentionOf(tenant, metric));
    }

    /** A document is the only source. */
    private Optional<Duration> own(TenantId tenant, String metric) {
      return kept.stream()
          .filter(one -> rules.document().isEmpty() && one.isOf(tenant, metric))
          .findFirst()
          .map(KeptRetention::retention);
    }

    long ownOf(TenantId tenant) {
      return kept.stream().filter(one -> one.tenant().equals(tenant)).count();
    }

    List<RetentionPolicy> ownPolicies() {
      return kept.stream().map(KeptRetention::policy).toList();
    }
  }

  private Retention(ClickHouseClient client, Tables tables, RetentionOptions options) {
    this.options = options;
    this.table = new KeptRetentions(client, tables);
    this.ttl = new TtlChange(client, tables);
    this.plan = new SharedPlan(client, tables, options.clock(), options.shorteningGrace());
    this.inForce = new InForce(options.rules(), table.read());
    this.viewThread = Recurring.start("retention", REFRESH, this::keepUp);
    this.ttlThread = Recurring.start("retention-ttl", GO_ON, this::followUp);
  }

  /** Reads what was set before, and has the TTL changed if it is another one. */
  public static Retention open(ClickHouseClient client, Tables tables, RetentionOptions options) {
    Retention retention = new Retention(client, tables, options);
    retention.enforce();
    return retention;
  }

  /** What queries clip by: a point is seen while {@code timestamp >= now - retention}. */
  public Duration of(TenantId tenant, String metric) {
    return inForce.of(tenant, metric);
  }

  public RetainedDays retainedDays() {
    InForce now = inForce;
    List<KeptRetention> own = now.rules().document().isEmpty() ? now.kept() : List.of();
    return TtlExpression.retained(now.rules().policies(), own, options.clock().millis());
  }

  /**
   * Counts for queries at once, and never waits for ClickHouse; other processes and the TTL follow
   * when they can.
   */
  public void apply(RetentionRules rules) {
    synchronized (this) {
      inForce = new InForce(rules, inForce.kept());
      shared = Optional.empty();
      sharingDue = true;
    }
    viewThread.soon();
    enforce();
  }

  /**
   * A configuration has no version, nor has a document by hand, so of several the last one that a
   * process was told counts: a process that was told before does not put its own back.
   */
  private RetentionPlan share() {
    synchronized (sharing) {
      InForce now = inForce;
      RetentionPlan followed = share(now);
      synchronized (this) {
        sharingDue = sharingDue && !inForce.rules().equals(now.rules());
      }
      return followed;
    }
  }

  private RetentionPlan share(InForce now) {
    long version = now.rules().document().map(RetentionRules.Document::version).orElse(0L);
    boolean isShared = version == 0 && shared.equals(Optional.of(now.rules()));
    Optional<RetentionPlan> newest = isShared ? plan.newest() : Optional.empty();
    return newest.orElseGet(
        () -> {
          RetentionPlan followed = plan.follow(now.rules(), now.ownPolicies());
          shared = Optional.of(now.rules());
          return followed;
        });
  }

  public RetentionStatus status() {
    RetentionPlan known = plan.lastKnown().filter(_ -> !sharingDue).orElseGet(this::share);
    return new RetentionStatus(
        known.documentVersion(),
        known.heldAt(options.clock().instant()),
        ttl.progress(expression(known)));
  }

  /**
   * Keeps a retention for one metric, durably.
   *
   * @return since when it is in force here
   */
  public Instant set(TenantId tenant, String metric, Duration retention) {
    KeptRetention kept = new KeptRetention(tenant, metric, retention);
    requireRoom(kept);
    hold(kept);
    table.insert(kept);
    refresh();
    enforce();
    return options.clock().instant();
  }

  /** Before it is set, so that no other process frees by it: beside a plan that has these rules. */
  private void hold(KeptRetention kept) {
    if (sharingDue) {
      share();
    }
    InForce now = inForce;
    Duration before = now.of(kept.tenant(), kept.metric());
    if (now.rules().document().isEmpty() && kept.retention().compareTo(before) < 0) {
      plan.shorten(now.rules(), kept.tenant(), kept.metric(), before);
    }
  }

  /** For how many metrics the tenant has set a retention. */
  public long ownOf(TenantId tenant) {
    return inForce.ownOf(tenant);
  }

  /** Of the branches a tenant may have half of what others leave: the next one finds one. */
  private void requireRoom(KeptRetention added) {
    InForce now = inForce;
    if (now.kept().stream().anyMatch(k -> k.isOf(added.tenant(), added.metric()))) {
      return;
    }
    long own = now.ownOf(added.tenant());
    OwnRetentions.requireRoom(own);
    int branches = now.kept().size() + now.rules().policies().policies().size();
    if (branches >= TtlExpression.BRANCHES_MAX) {
      throw new StoreException(
          ErrorCode.INVALID_QUERY,
          "there are %d retentions, of policies and of single metrics, and at most %d are possible"
              .formatted(branches, TtlExpression.BRANCHES_MAX),
          Map.of("limit", TtlExpression.BRANCHES_MAX, "current", branches));
    }
    OwnRetentions.requireRoom(own, Math.ceilDiv(TtlExpression.BRANCHES_MAX - (branches - own), 2));
  }

  private void keepUp() {
    refresh();
    if (sharingDue) {
      share();
    }
  }

  /** What other processes have set. */
  void refresh() {
    synchronized (reading) {
      List<KeptRetention> kept = table.read();
      synchronized (this) {
        inForce = new InForce(inForce.rules(), kept);
      }
    }
  }

  /** Has the TTL brought to what is in force for all processes, soon. */
  public void enforce() {
    ttlDue = true;
    nextLookNanos = System.nanoTime();
    ttlThread.soon();
  }

  private void followUp() {
    long nowNanos = System.nanoTime();
    if (ttl.underWay() || nowNanos - nextLookNanos >= 0) {
      nextLookNanos = nowNanos + RESUME.toNanos();
      lookAtTtl();
    }
  }

  private void lookAtTtl() {
    if (ttlDue) {
      ttlDue = false;
      try {
        ttl.bring(this::expression);
      } catch (RuntimeException e) {
        ttlDue = true;
        throw e;
      }
    } else {
      ttl.resume(this::expression);
    }
  }

  /** Of the newest plan and what any process has set, as they are now. */
  String expression() {
    refresh();
    return expression(share());
  }

  private String expression(RetentionPlan by) {
    List<KeptRetention> kept = by.ruled() ? List.of() : inForce.kept();
    List<RetentionHold> held = by.heldAt(options.clock().instant());
    return TtlExpression.of(by.policies(), kept, held, options.margin());
  }

  @Override
  public void close() {
    viewThread.close();
    ttlThread.close();
  }
}
