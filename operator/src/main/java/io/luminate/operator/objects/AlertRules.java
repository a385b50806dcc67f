// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.Quantity;
import io.luminate.crd.Backend;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The alerts of a cluster, by the metrics that its servers have. */
final class AlertRules {
  private static final String CRITICAL = "critical";
  private static final String WARNING = "warning";

  /** Codes that no client is to blame for. */
  private static final String OURS =
      "error_type=~\"INTERNAL_ERROR|OVERLOADED|STORAGE_UNAVAILABLE|STORAGE_CORRUPTED\"";

  /** Of the volume; compactions need some of the rest. */
  private static final String FULL_SHARE = "0.85";

  private final ClusterIdentity owner;
  private final List<Map<String, Object>> rules = new ArrayList<>();

  private AlertRules(ClusterIdentity owner) {
    this.owner = owner;
  }

  static Map<String, Object> spec(ClusterIdentity owner) {
    AlertRules alerts = new AlertRules(owner);
    alerts.ofServers();
    alerts.ofLimits();
    if (owner.cluster().getSpec().backend() == Backend.ROCKSDB) {
      alerts.ofTheVolume();
    }
    String group = "luminate." + owner.namespace() + "." + owner.name();
    Map<String, Object> groups = new LinkedHashMap<>();
    groups.put("name", group);
    groups.put("rules", alerts.rules);
    return Map.of("groups", List.of(groups));
  }

  private void ofServers() {
    alert(
        "LuminateDown",
        CRITICAL,
        "5m",
        "absent(" + metric("luminate_up") + ")",
        "No server of " + title() + " answers Prometheus.");
    alert(
        "LuminateStorageUnhealthy",
        CRITICAL,
        "5m",
        metric("luminate_storage_health") + " == 0",
        "A server of " + title() + " has no store that takes writes: {{ $labels.pod }}.");
    alert(
        "LuminateWritesFail",
        CRITICAL,
        "10m",
        "sum(rate(" + metric("luminate_write_errors_total", OURS) + "[5m])) > 0",
        "Writes to " + title() + " fail, by no fault of clients.");
    alert(
        "LuminateQueriesFail",
        WARNING,
        "10m",
        "sum(rate(" + metric("luminate_query_errors_total", OURS) + "[5m])) > 0",
        "Queries of " + title() + " fail, by no fault of clients.");
  }

  private void ofLimits() {
    alert(
        "LuminateNearLimit",
        WARNING,
        "15m",
        "max by (tenant_id, limit) (" + metric("luminate_limit_usage_ratio") + ") > 0.9",
        "Tenant {{ $labels.tenant_id }} of " + title() + " is near {{ $labels.limit }}.");
    alert(
        "LuminateLimitsRefused",
        WARNING,
        "10m",
        metric("luminate_limits_file_good")
            + " == 0 or increase("
            + metric("luminate_limits_refused_total")
            + "[15m]) > 0",
        "A server of " + title() + " does not take its limits document: {{ $labels.pod }}.");
    alert(
        "LuminateLimitsDiffer",
        WARNING,
        "15m",
        "max("
            + metric("luminate_limits_version")
            + ") != min("
            + metric("luminate_limits_version")
            + ")",
        "Servers of " + title() + " follow different limits documents.");
  }

  private void ofTheVolume() {
    Quantity size = new Quantity(Workload.storage(owner.cluster().getSpec()).size());
    alert(
        "LuminateVolumeFills",
        WARNING,
        "30m",
        metric("luminate_storage_size_bytes")
            + " > "
            + FULL_SHARE
            + " * "
            + size.getNumericalAmount().toBigInteger(),
        "The volume of " + title() + " fills up; it can grow by spec.rocksdb.storage.size.");
  }

  private String title() {
    return "cluster " + owner.namespace() + "/" + owner.name();
  }

  private String metric(String name, String... more) {
    List<String> labels = new ArrayList<>(List.of(more));
    labels.addFirst("service=\"" + owner.names().headless() + "\"");
    labels.addFirst("namespace=\"" + owner.namespace() + "\"");
    return name + "{" + String.join(",", labels) + "}";
  }

  private void alert(String name, String severity, String after, String expr, String summary) {
    Map<String, Object> rule = new LinkedHashMap<>();
    rule.put("alert", name);
    rule.put("expr", expr);
    rule.put("for", after);
    rule.put("labels", Map.of("severity", severity));
    rule.put("annotations", Map.of("summary", summary));
    rules.add(rule);
  }
}
