// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.Recurring;
import io.luminate.store.clickhouse.schema.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How long the points of each metric live. Queries clip by {@link #of}, which follows a change at
 * once in the process that made it, and within {@link #REFRESH} in all others. ClickHouse's TTL
 * follows in the background.
 *
 * <p>Concurrency: what is in force is one immutable value. One thread refreshes it, another one
 * changes the TTL, as that may take hours.
 */
public final class Retention implements AutoCloseable {
  /** How soon a process sees what another one has set. */
  public static final Duration REFRESH = Duration.ofSeconds(5);

  /** How soon a change of the TTL that failed, or whose process died, is looked at again. */
  private static final Duration RESUME = Duration.ofSeconds(10);

  private final RetentionOptions options;
  private final KeptRetentions table;
  private final TtlChange ttl;
  private final Recurring viewThread;
  private final Recurring ttlThread;
  private volatile InForce inForce;
  private volatile boolean ttlDue;

  private record InForce(RetentionPolicies policies, List<KeptRetention> kept) {

    Duration of(TenantId tenant, String metric) {
      for (KeptRetention one : kept) {
        if (one.isOf(tenant, metric)) {
          return one.retention();
        }
      }
      return policies.retentionOf(tenant, metric);
    }
  }

  private Retention(ClickHouseClient client, Tables tables, RetentionOptions options) {
    this.options = options;
    this.table = new KeptRetentions(client, tables);
    this.ttl = new TtlChange(client, tables);
    this.inForce = new InForce(options.policies(), table.read());
    this.viewThread = Recurring.start("retention", REFRESH, this::refresh);
    this.ttlThread = Recurring.start("retention-ttl", RESUME, this::followUp);
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

  public synchronized void apply(RetentionPolicies policies) {
    inForce = new InForce(policies, inForce.kept());
    enforce();
  }

  /**
   * Keeps a retention for one metric, durably.
   *
   * @return since when it is in force here
   */
  public Instant set(TenantId tenant, String metric, Duration retention) {
    KeptRetention kept = new KeptRetention(tenant, metric, retention);
    requireRoom(kept);
    table.insert(kept);
    refresh();
    enforce();
    return options.clock().instant();
  }

  private void requireRoom(KeptRetention added) {
    InForce now = inForce;
    boolean known = now.kept().stream().anyMatch(k -> k.isOf(added.tenant(), added.metric()));
    int branches = now.kept().size() + now.policies().policies().size();
    if (!known && branches >= TtlExpression.BRANCHES_MAX) {
      throw new StoreException(
          ErrorCode.INVALID_QUERY,
          "there are %d retentions, of policies and of single metrics, and at most %d are possible"
              .formatted(branches, TtlExpression.BRANCHES_MAX),
          Map.of("limit", TtlExpression.BRANCHES_MAX, "current", branches));
    }
  }

  /** What other processes have set. */
  synchronized void refresh() {
    inForce = new InForce(inForce.policies(), table.read());
  }

  /** Has the TTL brought to what is in force here, soon. */
  public void enforce() {
    ttlDue = true;
    ttlThread.soon();
  }

  private void followUp() {
    if (ttlDue) {
      ttlDue = false;
      try {
        InForce now = inForce;
        ttl.bring(TtlExpression.of(now.policies(), now.kept(), options.margin()));
      } catch (RuntimeException e) {
        ttlDue = true;
        throw e;
      }
    } else {
      ttl.resume();
    }
  }

  @Override
  public void close() {
    viewThread.close();
    ttlThread.close();
  }
}
