// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luminate.crd.DefaultLimits;
import io.luminate.crd.TenantQuotaSpec;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes documents, the same text for the same content. */
final class DocumentWriter {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();

  private final ObjectNode defaults;
  private final ArrayNode policies = JSON.createArrayNode();
  private final ArrayNode held = JSON.createArrayNode();
  private final ObjectNode retention = JSON.createObjectNode();

  DocumentWriter(@Nullable DefaultLimits limits, RetentionSection section) {
    defaults =
        limits == null
            ? JSON.createObjectNode()
            : limits(limits.rateLimits(), limits.cardinalityLimits(), limits.queryLimits());
    section.rules().policies().forEach(this::policy);
    section.held().forEach(this::hold);
    retention.put(DocumentFields.DEFAULT, Spans.text(section.rules().defaultRetention()));
    retention.set(DocumentFields.POLICIES, policies);
    retention.set(DocumentFields.HELD, held);
  }

  /** The document with these tenants' quotas, in the order of their names. */
  String write(long version, List<TenantQuotaSpec> quotas) {
    ObjectNode tenants = JSON.createObjectNode();
    quotas.stream()
        .sorted(Comparator.comparing(TenantQuotaSpec::tenantId))
        .forEach(
            quota ->
                tenants.set(
                    quota.tenantId(),
                    limits(quota.rateLimits(), quota.cardinalityLimits(), quota.queryLimits())));
    ObjectNode document = JSON.createObjectNode();
    document.put(DocumentFields.VERSION, version);
    document.set(DocumentFields.DEFAULTS, defaults);
    document.set(DocumentFields.TENANTS, tenants);
    document.set(DocumentFields.RETENTION, retention);
    return document.toString();
  }

  private static ObjectNode limits(
      @Nullable Object rates, @Nullable Object cardinality, @Nullable Object queries) {
    ObjectNode limits = JSON.createObjectNode();
    section(limits, "rateLimits", rates);
    section(limits, "cardinalityLimits", cardinality);
    section(limits, "queryLimits", queries);
    return limits;
  }

  /** One that says nothing is the same as none. */
  private static void section(ObjectNode limits, String name, @Nullable Object section) {
    if (section != null) {
      ObjectNode said = JSON.valueToTree(section);
      if (!said.isEmpty()) {
        limits.set(name, said);
      }
    }
  }

  private void policy(RetentionRule rule) {
    ObjectNode policy = policies.addObject().put(DocumentFields.NAME, rule.name());
    scope(policy, rule.scope());
    policy.put(DocumentFields.RETENTION, Spans.text(rule.retention()));
  }

  private void hold(RetentionHold hold) {
    ObjectNode entry = held.addObject();
    scope(entry, hold.scope());
    entry
        .put(DocumentFields.RETENTION, Spans.text(hold.retention()))
        .put(DocumentFields.BYTES_UNTIL, hold.bytesUntil().toString());
  }

  private static void scope(ObjectNode entry, RetentionScope scope) {
    scope.tenant().ifPresent(tenant -> entry.put(DocumentFields.TENANT, tenant));
    entry.put(DocumentFields.METRIC_PATTERN, scope.metricPattern());
  }
}
