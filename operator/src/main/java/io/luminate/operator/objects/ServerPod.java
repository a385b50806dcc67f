// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.luminate.crd.Backend;
import io.luminate.crd.LuminateClusterSpec;
import io.luminate.crd.PodSettings;
import java.util.LinkedHashMap;
import java.util.Map;

/** The pods of a cluster: the server's container, and what it needs. */
final class ServerPod {
  static final String CONFIG_HASH = "luminate.io/config-hash";
  static final String SECRETS_HASH = "luminate.io/secrets-hash";

  private final ClusterIdentity owner;
  private final LuminateClusterSpec spec;
  private final ClusterFacts facts;
  private final ServerConfigFile config;

  ServerPod(ClusterIdentity owner, ClusterFacts facts) {
    this.owner = owner;
    this.spec = owner.cluster().getSpec();
    this.facts = facts;
    this.config = ServerConfigFile.of(owner);
  }

  PodTemplateSpec template() {
    PodSettings pod = spec.pod();
    PodSpecBuilder builder =
        PodBasics.of(owner)
            .withContainers(container())
            .withVolumes(PodVolumes.of(owner).volumes())
            .withTerminationGracePeriodSeconds(PodLife.GRACE_SECONDS)
            .withTopologySpreadConstraints(Spreading.of(owner));
    if (spec.backend() == Backend.ROCKSDB) {
      builder.withSecurityContext(PodSecurity.podWithVolume());
    }
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(
            ObjectLabels.over(
                pod.labels(), ObjectLabels.watched(owner.name(), ObjectLabels.SERVER)))
        .withAnnotations(annotations())
        .endMetadata()
        .withSpec(builder.build())
        .build();
  }

  private Map<String, String> annotations() {
    Map<String, String> annotations = new LinkedHashMap<>(spec.pod().annotations());
    annotations.put(CONFIG_HASH, config.hash());
    annotations.remove(SECRETS_HASH);
    UserSecrets.of(owner)
        .hash(facts.secrets(), owner.uid())
        .ifPresent(hash -> annotations.put(SECRETS_HASH, hash));
    return annotations;
  }

  private Container container() {
    return new ContainerBuilder(PodBasics.container(spec, facts, "server"))
        .withArgs("--config", PodFiles.CONFIG)
        .withEnv(ServerEnvironment.of(spec, config).variables())
        .withResources(ServerResources.of(spec))
        .withPorts(
            port(Ports.API_NAME, Ports.API),
            port(Ports.MANAGEMENT_NAME, Ports.MANAGEMENT),
            port(Ports.INTERNAL_NAME, Ports.INTERNAL))
        .withStartupProbe(PodLife.startup())
        .withReadinessProbe(PodLife.readiness())
        .withLivenessProbe(PodLife.liveness())
        .withLifecycle(PodLife.lifecycle())
        .withVolumeMounts(PodVolumes.of(owner).mounts())
        .build();
  }

  private static ContainerPort port(String name, int number) {
    return new ContainerPortBuilder()
        .withName(name)
        .withContainerPort(number)
        .withProtocol("TCP")
        .build();
  }
}
