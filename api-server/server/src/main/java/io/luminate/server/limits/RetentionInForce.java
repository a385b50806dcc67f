// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionRules;
import io.luminate.server.config.RetentionConfig;
import io.luminate.server.limits.document.DocumentRetention;
import io.luminate.server.limits.document.LimitsDocument;
import io.luminate.store.MetricsStore;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a store what retention counts: that of the limits document, or where it says nothing that
 * of the configuration.
 */
public final class RetentionInForce {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionInForce.class);

  private final LimitsInForce limits;
  private final RetentionConfig config;
  private final MetricsStore store;

  /** Follows the document from now on. */
  public RetentionInForce(LimitsInForce limits, RetentionConfig config, MetricsStore store) {
    this.limits = limits;
    this.config = config;
    this.store = store;
    limits.listen(this::apply);
  }

  /** What counts at this moment. */
  public static RetentionRules rules(LimitsInForce limits, RetentionConfig config) {
    Optional<LimitsDocument> document =
        limits.state().received().map(LimitsInForce.Received::document);
    Optional<DocumentRetention> said = document.flatMap(LimitsDocument::retention);
    return said.map(retention -> rules(retention, document.orElseThrow(), config))
        .orElseGet(() -> RetentionRules.configured(config.policies()));
  }

  private static RetentionRules rules(
      DocumentRetention retention, LimitsDocument document, RetentionConfig config) {
    RetentionPolicies policies =
        new RetentionPolicies(
            retention.fallback().orElse(config.policies().defaultRetention()),
            retention.policies());
    return RetentionRules.ofDocument(policies, document.version().orElse(0), retention.held());
  }

  /** The document that is the only source of retention, if one is. */
  public Optional<LimitsDocument> ruling() {
    return limits
        .state()
        .received()
        .map(LimitsInForce.Received::document)
        .filter(document -> document.retention().isPresent());
  }

  /** The document counts in any case; what a store could not keep it is told again. */
  private void apply() {
    try {
      store.applyRetention(rules(limits, config));
    } catch (RuntimeException e) {
      LOG.error("the retention counts for queries, but is not durable yet", e);
    }
  }
}
