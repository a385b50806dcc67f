// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.luminate.crd.Autoscaling;
import java.util.Optional;

/** What is said of the number of pods: at most how many go at a time, and who chooses it. */
final class Availability {
  private Availability() {}

  /** Only from two pods on: the budget of a single one lets nobody drain its node. */
  static Optional<PodDisruptionBudget> budget(ClusterIdentity owner) {
    return Replicas.atLeast(owner.cluster().getSpec()) < 2
        ? Optional.empty()
        : Optional.of(
            new PodDisruptionBudgetBuilder()
                .withMetadata(owner.meta(owner.name()))
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                .withNewSelector()
                .withMatchLabels(owner.selector())
                .endSelector()
                // A pod that is not ready serves nobody, and must not hold up a drain.
                .withUnhealthyPodEvictionPolicy("AlwaysAllow")
                .endSpec()
                .build());
  }

  static Optional<HorizontalPodAutoscaler> autoscaler(ClusterIdentity owner) {
    return Optional.ofNullable(owner.cluster().getSpec().autoscaling())
        .map(autoscaling -> autoscaler(owner, autoscaling));
  }

  private static HorizontalPodAutoscaler autoscaler(
      ClusterIdentity owner, Autoscaling autoscaling) {
    return new HorizontalPodAutoscalerBuilder()
        .withMetadata(owner.meta(owner.name()))
        .withNewSpec()
        .withNewScaleTargetRef("apps/v1", "Deployment", owner.name())
        .withMinReplicas(autoscaling.minReplicas())
        .withMaxReplicas(autoscaling.maxReplicas())
        .addNewMetric()
        .withType("Resource")
        .withNewResource()
        .withName("cpu")
        .withNewTarget()
        .withType("Utilization")
        .withAverageUtilization(autoscaling.targetCPUUtilizationPercentage())
        .endTarget()
        .endResource()
        .endMetric()
        .endSpec()
        .build();
  }
}
