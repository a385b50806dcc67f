// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.objects.Ownership;
import java.util.Map;

/**
 * Who chooses the number of a Deployment's pods. Where nobody owns a field any more, apply resets
 * it, of this one to 1. So before ours leaves it out, a second field manager takes it as it is; it
 * loses it to the autoscaler with its first choice, and never takes it back.
 */
final class ReplicasHandOver {
  private final LuminateCluster cluster;
  private final Requests requests;

  ReplicasHandOver(LuminateCluster cluster, Requests requests) {
    this.cluster = cluster;
    this.requests = requests;
  }

  /**
   * Without the number, where an autoscaler has it. Whoever made the object may not have seen that
   * it is there.
   */
  HasMetadata leftToOthers(HasMetadata wanted, boolean isThere) {
    return isThere && isAutoscaled() && wanted instanceof Deployment deployment
        ? new DeploymentBuilder(deployment).editSpec().withReplicas(null).endSpec().build()
        : wanted;
  }

  private boolean isAutoscaled() {
    return cluster.getSpec().autoscaling() != null;
  }

  /**
   * Before ours leaves it out. The Deployment is read anew, and the second manager's apply is over
   * just that version, so that no number which was chosen meanwhile is undone.
   */
  void handOver(HasMetadata wanted, HasMetadata live) {
    if (isAutoscaled() && wanted instanceof Deployment) {
      requests
          .read(live)
          .filter(now -> Ownership.isOf(cluster, now))
          .filter(now -> isOwner(now, Requests.MANAGER))
          .map(Deployment.class::cast)
          .ifPresent(now -> requests.apply(numberOnly(now), Requests.REPLICAS_MANAGER));
    }
  }

  private static Deployment numberOnly(Deployment live) {
    return new DeploymentBuilder()
        .withMetadata(nothingOf(live).getMetadata())
        .withNewSpec()
        .withReplicas(live.getSpec().getReplicas())
        .endSpec()
        .build();
  }

  /** After ours has it again: who owns nothing any more is in nobody's way. */
  HasMetadata takenBack(HasMetadata applied) {
    return isOwner(applied, Requests.MANAGER) && isOwner(applied, Requests.REPLICAS_MANAGER)
        ? requests.apply(nothingOf(applied), Requests.REPLICAS_MANAGER)
        : applied;
  }

  private static Deployment nothingOf(HasMetadata live) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withNamespace(live.getMetadata().getNamespace())
        .withName(live.getMetadata().getName())
        .withUid(live.getMetadata().getUid())
        .withResourceVersion(live.getMetadata().getResourceVersion())
        .endMetadata()
        .build();
  }

  private static boolean isOwner(HasMetadata live, String manager) {
    return live instanceof Deployment
        && live.getMetadata().getManagedFields().stream()
            .filter(entry -> manager.equals(entry.getManager()))
            .filter(entry -> "Apply".equals(entry.getOperation()))
            .anyMatch(ReplicasHandOver::hasReplicas);
  }

  private static boolean hasReplicas(ManagedFieldsEntry entry) {
    return entry.getFieldsV1() != null
        && entry.getFieldsV1().getAdditionalProperties().get("f:spec") instanceof Map<?, ?> spec
        && spec.containsKey("f:replicas");
  }
}
