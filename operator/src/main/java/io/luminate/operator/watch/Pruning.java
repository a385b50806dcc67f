// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.watch;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;

/**
 * Takes away what no pass reads, which is most of an object: whether it is as it is to be is known
 * by its version alone. With hundreds of clusters caches are what most memory goes for.
 */
final class Pruning {
  private Pruning() {}

  /** To its metadata, but for objects of which more is read. Nobody may have seen it yet. */
  static void prune(HasMetadata object) {
    object.getMetadata().setManagedFields(null);
    switch (object) {
      case Pod pod -> pod.setSpec(null);
      case Deployment deployment ->
          deployment.getSpec().setTemplate(images(deployment.getSpec().getTemplate()));
      case StatefulSet set -> set.getSpec().setTemplate(images(set.getSpec().getTemplate()));
      case ReplicaSet set -> {
        set.setSpec(null);
        set.setStatus(null);
      }
      case ConfigMap configMap -> {
        configMap.setData(null);
        configMap.setBinaryData(null);
      }
      case Service service -> {
        service.setSpec(null);
        service.setStatus(null);
      }
      case NetworkPolicy policy -> policy.setSpec(null);
      case CronJob job -> {
        job.setSpec(null);
        job.setStatus(null);
      }
      case PodDisruptionBudget budget -> {
        budget.setSpec(null);
        budget.setStatus(null);
      }
      case HorizontalPodAutoscaler autoscaler -> {
        autoscaler.setSpec(null);
        autoscaler.setStatus(null);
      }
      case GenericKubernetesResource generic -> generic.getAdditionalProperties().clear();
      default -> {
        // All of it is read, or there is hardly more.
      }
    }
  }

  /** Of a template it is said which version its pods run. */
  private static PodTemplateSpec images(PodTemplateSpec template) {
    List<Container> containers =
        template.getSpec().getContainers().stream()
            .map(one -> new ContainerBuilder().withName(one.getName()).withImage(one.getImage()))
            .map(ContainerBuilder::build)
            .toList();
    return new PodTemplateSpecBuilder().withNewSpec().withContainers(containers).endSpec().build();
  }
}
