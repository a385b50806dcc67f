// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.luminate.crd.MonitoringSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What Prometheus' operator is told: where metrics are, and what to alert on. */
final class Monitoring {
  private Monitoring() {}

  static GenericKubernetesResource object(OptionalKind kind, ClusterIdentity owner) {
    return switch (kind) {
      case SERVICE_MONITOR -> object(kind, owner, serviceMonitor(owner));
      case PROMETHEUS_RULE -> object(kind, owner, AlertRules.spec(owner));
    };
  }

  /** Of both Services only the headless one has that port, so each pod is asked once. */
  private static Map<String, Object> serviceMonitor(ClusterIdentity owner) {
    Map<String, Object> endpoint = new LinkedHashMap<>();
    endpoint.put("port", Ports.MANAGEMENT_NAME);
    endpoint.put("path", "/metrics");
    endpoint.put("interval", settings(owner).interval());
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("selector", Map.of("matchLabels", owner.selector()));
    spec.put("endpoints", List.of(endpoint));
    return spec;
  }

  private static GenericKubernetesResource object(
      OptionalKind kind, ClusterIdentity owner, Map<String, Object> spec) {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion(kind.apiVersion())
        .withKind(kind.kind())
        .withMetadata(meta(owner))
        .addToAdditionalProperties("spec", spec)
        .build();
  }

  /** With the labels that a Prometheus selects by, as far as they are none of ours. */
  private static ObjectMeta meta(ClusterIdentity owner) {
    ObjectMeta meta = owner.meta(owner.name());
    return new ObjectMetaBuilder(meta)
        .withLabels(ObjectLabels.over(settings(owner).labels(), meta.getLabels()))
        .build();
  }

  private static MonitoringSettings settings(ClusterIdentity owner) {
    return owner.cluster().getSpec().monitoring();
  }
}
