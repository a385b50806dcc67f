// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.luminate.crd.LuminateClusterSpec;
import io.luminate.crd.PodSettings;
import io.luminate.crd.PullPolicy;
import io.luminate.crd.SecretName;
import io.luminate.crd.ServerImage;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What the pods of servers and of the job that cleans up have in common. */
final class PodBasics {
  private PodBasics() {}

  /** Without a token of Kubernetes, of which none of them asks anything. */
  static PodSpecBuilder of(ClusterIdentity owner) {
    LuminateClusterSpec spec = owner.cluster().getSpec();
    PodSettings pod = spec.pod();
    return new PodSpecBuilder()
        .withServiceAccountName(Objects.requireNonNullElse(pod.serviceAccountName(), owner.name()))
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withImagePullSecrets(pullSecrets(spec))
        .withSecurityContext(PodSecurity.pod())
        .withNodeSelector(pod.nodeSelector())
        .withAffinity(pod.affinity())
        .withTolerations(pod.tolerations())
        .withPriorityClassName(pod.priorityClassName());
  }

  /** Why a start failed is then in the pod's status, for the server says so on its way out. */
  static Container container(LuminateClusterSpec spec, ClusterFacts facts, String name) {
    Optional<ServerImage> image = Optional.ofNullable(spec.image());
    return new ContainerBuilder()
        .withName(name)
        .withImage(image.map(ServerImage::name).orElse(facts.serverImage()))
        .withImagePullPolicy(image.map(ServerImage::pullPolicy).map(PodBasics::text).orElse(null))
        .withSecurityContext(PodSecurity.container())
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .build();
  }

  private static List<LocalObjectReference> pullSecrets(LuminateClusterSpec spec) {
    return Optional.ofNullable(spec.image())
        .map(ServerImage::pullSecrets)
        .orElse(List.of())
        .stream()
        .map(SecretName::name)
        .map(LocalObjectReference::new)
        .toList();
  }

  private static String text(PullPolicy policy) {
    return switch (policy) {
      case ALWAYS -> "Always";
      case IF_NOT_PRESENT -> "IfNotPresent";
      case NEVER -> "Never";
    };
  }
}
