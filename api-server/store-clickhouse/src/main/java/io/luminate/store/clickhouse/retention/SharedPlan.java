// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.RetentionPolicy;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.store.RetentionPlan;
import io.luminate.store.RetentionPlanText;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.schema.SchemaFacts;
import io.luminate.store.clickhouse.schema.SchemaFacts.Fact;
import io.luminate.store.clickhouse.schema.Tables;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The retention plan of the database, a fact with versions: what its TTL is made of, whichever
 * process sees to it. Of documents the one with the highest version counts, so that a process which
 * has not heard of it yet does not undo it.
 */
final class SharedPlan {
  private static final String FACT_PLAN = "retention";
  private static final int ATTEMPTS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(SharedPlan.class);

  private final SchemaFacts facts;
  private final InstantSource clock;
  private final Duration grace;
  private volatile Optional<RetentionPlan> lastKnown = Optional.empty();

  SharedPlan(ClickHouseClient client, Tables tables, InstantSource clock, Duration grace) {
    this.facts = new SchemaFacts(client, tables);
    this.clock = clock;
    this.grace = grace;
  }

  /** As it was when it was last read or written here. */
  Optional<RetentionPlan> lastKnown() {
    return lastKnown;
  }

  /** As it is now; empty if no process has written one. */
  Optional<RetentionPlan> newest() {
    Optional<RetentionPlan> newest =
        facts.newest(FACT_PLAN).map(fact -> RetentionPlanText.read(fact.value()));
    if (newest.isPresent()) {
      lastKnown = newest;
    }
    return newest;
  }

  /** Brings it to the rules, unless those of a later document are in force. */
  RetentionPlan follow(RetentionRules rules, List<RetentionPolicy> own) {
    return change(
        rules,
        plan -> isOutdated(rules, plan) ? plan : plan.follow(rules, own, clock.instant(), grace));
  }

  /** Holds what a single metric is about to lose. */
  void shorten(RetentionRules rules, TenantId tenant, String metric, Duration before) {
    change(rules, plan -> plan.shorten(tenant, metric, before, clock.instant(), grace));
  }

  private static boolean isOutdated(RetentionRules rules, RetentionPlan plan) {
    long version = rules.document().map(RetentionRules.Document::version).orElse(0L);
    if (version < plan.documentVersion()) {
      LOG.debug(
          "the TTL follows version {} of the limits document, this process has {}",
          plan.documentVersion(),
          version);
    }
    return version < plan.documentVersion() || (version > 0 && version == plan.documentVersion());
  }

  private RetentionPlan change(RetentionRules rules, UnaryOperator<RetentionPlan> step) {
    Optional<Fact> newest = facts.newest(FACT_PLAN);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<RetentionPlan> known = newest.map(fact -> RetentionPlanText.read(fact.value()));
      RetentionPlan next = step.apply(known.orElseGet(() -> RetentionPlan.first(rules)));
      if (known.isPresent() && next.equals(known.get())) {
        lastKnown = known;
        return next;
      }
      String text = RetentionPlanText.write(next);
      long version = newest.map(Fact::version).orElse(0L) + 1;
      newest = Optional.of(facts.record(FACT_PLAN, version, text));
      if (newest.get().value().equals(text)) {
        lastKnown = Optional.of(next);
        return next;
      }
    }
    throw new IllegalStateException(
        "the retention plan was changed by others " + ATTEMPTS + " times in between");
  }
}
