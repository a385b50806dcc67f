// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.luminate.crd.DeletionPolicy;
import io.luminate.crd.LuminateClusterSpec;
import io.luminate.crd.RocksDb;
import io.luminate.crd.RocksDbStorage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What keeps a cluster's pods running: a StatefulSet with a volume, or a Deployment. */
final class Workload {
  /** A new pod that dies of its first load stops an update before an old one has gone. */
  private static final int MIN_READY_SECONDS = 10;

  private final ClusterIdentity owner;
  private final LuminateClusterSpec spec;
  private final ClusterFacts facts;

  Workload(ClusterIdentity owner, ClusterFacts facts) {
    this.owner = owner;
    this.spec = owner.cluster().getSpec();
    this.facts = facts;
  }

  HasMetadata object() {
    return switch (spec.backend()) {
      case ROCKSDB -> statefulSet();
      case CLICKHOUSE -> deployment();
    };
  }

  /** The volume's claim as it is asked for, which the StatefulSet's template cannot say again. */
  Optional<PersistentVolumeClaim> claim() {
    return switch (spec.backend()) {
      case ROCKSDB ->
          Optional.of(
              new PersistentVolumeClaimBuilder()
                  .withNewMetadata()
                  .withNamespace(owner.namespace())
                  .withName(owner.names().dataClaim())
                  .endMetadata()
                  .withNewSpec()
                  .withNewResources()
                  .addToRequests("storage", new Quantity(storage(spec).size()))
                  .endResources()
                  .endSpec()
                  .build());
      case CLICKHOUSE -> Optional.empty();
    };
  }

  static RocksDbStorage storage(LuminateClusterSpec spec) {
    return Optional.ofNullable(spec.rocksdb())
        .map(RocksDb::storage)
        .orElseGet(RocksDbStorage::defaults);
  }

  private StatefulSet statefulSet() {
    boolean deleted = storage(spec).deletionPolicy() == DeletionPolicy.DELETE;
    return new StatefulSetBuilder()
        .withMetadata(owner.meta(owner.name()))
        .withNewSpec()
        .withReplicas(1)
        .withServiceName(owner.names().headless())
        .withNewSelector()
        .withMatchLabels(owner.selector())
        .endSelector()
        .withTemplate(new ServerPod(owner, facts).template())
        .withVolumeClaimTemplates(claimTemplate())
        .withNewPersistentVolumeClaimRetentionPolicy()
        .withWhenDeleted(deleted ? "Delete" : "Retain")
        .withWhenScaled("Retain")
        .endPersistentVolumeClaimRetentionPolicy()
        .endSpec()
        .build();
  }

  private PersistentVolumeClaim claimTemplate() {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(ObjectNames.DATA)
        .withLabels(ObjectLabels.watched(owner.name(), ObjectLabels.SERVER))
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName(storage(spec).storageClassName())
        .withNewResources()
        .addToRequests("storage", new Quantity(storage(spec).size()))
        .endResources()
        .withVolumeMode("Filesystem")
        .endSpec()
        .build();
  }

  /** No pod goes before a new one has taken its place, so an update costs no capacity. */
  private Deployment deployment() {
    return new DeploymentBuilder()
        .withMetadata(owner.meta(owner.name()))
        .withNewSpec()
        .withReplicas(deploymentReplicas())
        .withMinReadySeconds(MIN_READY_SECONDS)
        .withNewSelector()
        .withMatchLabels(owner.selector())
        .endSelector()
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxSurge(new IntOrString("25%"))
        .withMaxUnavailable(new IntOrString(0))
        .endRollingUpdate()
        .endStrategy()
        .withTemplate(new ServerPod(owner, facts).template())
        .endSpec()
        .build();
  }

  /** Null once an autoscaler has it: what is applied without the field is not ours. */
  private @Nullable Integer deploymentReplicas() {
    boolean theirs = spec.autoscaling() != null && facts.liveReplicas().isPresent();
    return theirs ? null : Replicas.atLeast(spec);
  }
}
