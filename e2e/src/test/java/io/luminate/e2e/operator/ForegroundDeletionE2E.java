// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.luminate.crd.ConditionStatus;
import io.luminate.crd.LuminateCluster;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A cluster that is there until all that it owns has gone, as {@code --cascade=foreground} and many
 * tools have it: nobody makes meanwhile what goes.
 */
@OnKubernetes
final class ForegroundDeletionE2E {
  /** All of a cluster but its volume. */
  private static final List<Class<? extends HasMetadata>> OWNED =
      List.of(
          StatefulSet.class,
          Pod.class,
          Service.class,
          ConfigMap.class,
          Secret.class,
          ServiceAccount.class,
          NetworkPolicy.class,
          CronJob.class);

  @Test
  void cluster_deletedInTheForeground_goesAfterAllOfIt(@LookedAfter TestNamespace namespace)
      throws Exception {
    Cluster cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.quota("main", 1));
    cluster.apply(Texts.rocksDb("main"));
    cluster.awaitReady(1);
    cluster.awaitApplied("acme");
    assertThat(owned(namespace)).hasSizeGreaterThan(6);

    new Kubectl(namespace.cluster())
        .run(
            "delete",
            "-n",
            namespace.name(),
            "luminatecluster/main",
            "--cascade=foreground",
            "--timeout=60s");
    assertThat(clusters(namespace)).isEmpty();
    assertThat(owned(namespace)).isEmpty();
    cluster.awaitCondition(
        () -> cluster.quota("acme").getStatus().conditions(),
        "Accepted",
        ConditionStatus.FALSE,
        "ClusterNotFound");
    assertThat(owned(namespace)).as("made after it was gone").isEmpty();
    assertThat(claims(namespace)).as("points outlive their cluster").containsExactly("data-main-0");

    cluster.apply(Texts.rocksDb("main"));
    cluster.awaitReady(1);
    cluster.awaitApplied("acme");
    assertVolumeGoes(namespace, cluster);
  }

  /** As its resource says from now on, and by the controllers' means. */
  private static void assertVolumeGoes(TestNamespace namespace, Cluster cluster) {
    cluster.apply(Texts.rocksDb("main").replace("1Gi", "1Gi, deletionPolicy: Delete"));
    cluster.soon(
        () -> !claim(namespace).getMetadata().getOwnerReferences().isEmpty(),
        "the volume is one that goes with its StatefulSet",
        () -> claim(namespace).getMetadata().toString());
    namespace.client().resource(cluster.resource()).delete();
    cluster.inTheEnd(
        () -> claims(namespace).isEmpty() && cluster.pods().isEmpty(),
        "the volume has gone",
        () -> claims(namespace).toString());
  }

  private static PersistentVolumeClaim claim(TestNamespace namespace) {
    return namespace
        .client()
        .persistentVolumeClaims()
        .inNamespace(namespace.name())
        .withName("data-main-0")
        .require();
  }

  private static List<LuminateCluster> clusters(TestNamespace namespace) {
    return namespace
        .client()
        .resources(LuminateCluster.class)
        .inNamespace(namespace.name())
        .list()
        .getItems();
  }

  private static List<String> owned(TestNamespace namespace) {
    return OWNED.stream()
        .flatMap(kind -> OwnedObjects.labelled(namespace, kind))
        .map(object -> object.getKind() + "/" + object.getMetadata().getName())
        .toList();
  }

  private static List<String> claims(TestNamespace namespace) {
    return namespace
        .client()
        .persistentVolumeClaims()
        .inNamespace(namespace.name())
        .list()
        .getItems()
        .stream()
        .map(claim -> claim.getMetadata().getName())
        .toList();
  }
}
