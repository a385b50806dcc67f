// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What an operator writes, so that a test sees whether it has. */
final class WrittenObjects {
  /** Nobody else writes these. */
  private static final List<Class<? extends HasMetadata>> OPERATORS =
      List.of(
          LuminateCluster.class,
          RetentionPolicy.class,
          TenantQuota.class,
          ConfigMap.class,
          Service.class,
          ServiceAccount.class,
          NetworkPolicy.class);

  /** Controllers write into the status of these. */
  private static final List<Class<? extends HasMetadata>> SHARED =
      List.of(
          Deployment.class,
          StatefulSet.class,
          CronJob.class,
          PodDisruptionBudget.class,
          HorizontalPodAutoscaler.class,
          PersistentVolumeClaim.class);

  private WrittenObjects() {}

  /** By kind and name; equal to those of before if nobody has written anything. */
  static Map<String, String> versions(TestNamespace namespace, String cluster) {
    Map<String, String> versions = new TreeMap<>();
    OPERATORS.forEach(kind -> put(versions, all(namespace, kind), WrittenObjects::version));
    SHARED.forEach(kind -> put(versions, all(namespace, kind), WrittenObjects::written));
    put(versions, events(namespace), WrittenObjects::version);
    put(versions, List.of(internal(namespace, cluster)), WrittenObjects::version);
    return versions;
  }

  private static List<? extends HasMetadata> all(
      TestNamespace namespace, Class<? extends HasMetadata> kind) {
    return namespace.client().resources(kind).inNamespace(namespace.name()).list().getItems();
  }

  /** The operator's own; the same again would be another version of it. */
  private static List<Event> events(TestNamespace namespace) {
    return namespace.events().stream()
        .filter(event -> "luminate.io/operator".equals(event.getReportingController()))
        .toList();
  }

  private static HasMetadata internal(TestNamespace namespace, String cluster) {
    return namespace
        .client()
        .secrets()
        .inNamespace(namespace.name())
        .withName(cluster + "-internal")
        .require();
  }

  private static void put(
      Map<String, String> versions,
      List<? extends HasMetadata> objects,
      Function<HasMetadata, String> version) {
    objects.forEach(
        object ->
            versions.put(
                object.getKind() + "/" + object.getMetadata().getName(), version.apply(object)));
  }

  private static String version(HasMetadata object) {
    return object.getMetadata().getResourceVersion();
  }

  /** The generation, and what the operator's field managers own since when. */
  private static String written(HasMetadata object) {
    return object.getMetadata().getManagedFields().stream()
        .filter(entry -> entry.getManager().startsWith("luminate-operator"))
        .map(WrittenObjects::owned)
        .sorted()
        .collect(Collectors.joining(" ", object.getMetadata().getGeneration() + " ", ""));
  }

  private static String owned(ManagedFieldsEntry entry) {
    return "%s/%s/%s %s"
        .formatted(
            entry.getManager(), entry.getSubresource(), entry.getTime(), entry.getFieldsV1());
  }
}
