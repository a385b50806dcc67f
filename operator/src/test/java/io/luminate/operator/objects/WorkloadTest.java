// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetPersistentVolumeClaimRetentionPolicy;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.luminate.crd.LuminateCluster;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps pods running, how many, and on which volume. */
final class WorkloadTest {
  private static final String AUTOSCALING = "autoscaling: {minReplicas: 4, maxReplicas: 9}";

  private static StatefulSet statefulSet(String... more) {
    return Clusters.get(Clusters.rocksDb(more), StatefulSet.class);
  }

  private static PersistentVolumeClaim template(StatefulSet set) {
    return set.getSpec().getVolumeClaimTemplates().getFirst();
  }

  private static String storage(PersistentVolumeClaim claim) {
    return claim.getSpec().getResources().getRequests().get("storage").toString();
  }

  private static Optional<Integer> replicas(LuminateCluster cluster, ClusterFacts facts) {
    return Clusters.find(ClusterObjects.of(cluster, facts), Deployment.class)
        .map(Deployment::getSpec)
        .map(DeploymentSpec::getReplicas);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Retain", "Delete"})
  void volumes_followDeletionPolicy(String policy) {
    StatefulSetPersistentVolumeClaimRetentionPolicy retention =
        statefulSet("rocksdb: {storage: {deletionPolicy: " + policy + "}}")
            .getSpec()
            .getPersistentVolumeClaimRetentionPolicy();
    assertThat(retention.getWhenDeleted()).isEqualTo(policy);
    assertThat(retention.getWhenScaled()).isEqualTo("Retain");
  }

  @Test
  void volume_unsaid_is100GiOfTheDefaultClass_andStays() {
    StatefulSet set = statefulSet();
    assertThat(storage(template(set))).isEqualTo("100Gi");
    assertThat(template(set).getSpec().getStorageClassName()).isNull();
    assertThat(set.getSpec().getPersistentVolumeClaimRetentionPolicy().getWhenDeleted())
        .isEqualTo("Retain");
  }

  @Test
  void volume_classIsAsGiven_theEmptyOneToo() {
    assertThat(
            template(statefulSet("rocksdb: {storage: {storageClassName: ''}}"))
                .getSpec()
                .getStorageClassName())
        .isEmpty();
    assertThat(
            template(statefulSet("rocksdb: {storage: {storageClassName: fast}}"))
                .getSpec()
                .getStorageClassName())
        .isEqualTo("fast");
  }

  @Test
  void claim_isThatOfTheOnePod_andNobodysToDelete() {
    ClusterObjects all = Clusters.objects(Clusters.rocksDb("rocksdb: {storage: {size: 300Gi}}"));
    PersistentVolumeClaim claim = all.claim().orElseThrow();
    assertThat(claim.getMetadata().getName()).isEqualTo("data-main-0");
    assertThat(claim.getMetadata().getOwnerReferences()).isEmpty();
    assertThat(storage(claim)).isEqualTo("300Gi");
  }

  @Test
  void claim_ofClickHouse_isNone() {
    assertThat(Clusters.objects(Clusters.clickHouse()).claim()).isEmpty();
  }

  @Test
  void rocksDb_isOnePodThatItsServiceNames() {
    StatefulSet set = statefulSet("replicas: 1");
    assertThat(set.getSpec().getReplicas()).isOne();
    assertThat(set.getSpec().getServiceName()).isEqualTo("main-headless");
  }

  @Test
  void clickHouse_replicasUnsaid_areThree() {
    assertThat(replicas(Clusters.clickHouse(), Clusters.facts())).hasValue(3);
    assertThat(replicas(Clusters.clickHouse("replicas: 5"), Clusters.facts())).hasValue(5);
  }

  @Test
  void update_losesNoCapacity() {
    DeploymentSpec spec = Clusters.get(Clusters.clickHouse(), Deployment.class).getSpec();
    assertThat(spec.getStrategy().getRollingUpdate().getMaxUnavailable())
        .isEqualTo(new IntOrString(0));
    assertThat(spec.getMinReadySeconds()).isPositive();
  }

  @Test
  void autoscaling_newDeployment_startsWithTheLeast() {
    LuminateCluster cluster = Clusters.clickHouse(AUTOSCALING);
    assertThat(replicas(cluster, Clusters.facts())).hasValue(4);
  }

  @Test
  void autoscaling_liveDeployment_leavesReplicasOut() {
    LuminateCluster cluster = Clusters.clickHouse(AUTOSCALING);
    ClusterFacts facts = Clusters.withLiveReplicas(7);
    assertThat(replicas(cluster, facts)).isEmpty();
  }

  @Test
  void withoutAutoscaling_replicasAreOurs_whateverIsLive() {
    ClusterFacts facts = Clusters.withLiveReplicas(7);
    LuminateCluster cluster = Clusters.clickHouse("replicas: 2");
    assertThat(replicas(cluster, facts)).hasValue(2);
  }

  @Test
  void autoscaler_isAsGiven() {
    HorizontalPodAutoscaler autoscaler =
        Clusters.get(
            Clusters.clickHouse(
                "autoscaling: {minReplicas: 2, maxReplicas: 9, targetCPUUtilizationPercentage: 55}"),
            HorizontalPodAutoscaler.class);
    assertThat(autoscaler.getSpec().getMinReplicas()).isEqualTo(2);
    assertThat(autoscaler.getSpec().getMaxReplicas()).isEqualTo(9);
    assertThat(
            autoscaler
                .getSpec()
                .getMetrics()
                .getFirst()
                .getResource()
                .getTarget()
                .getAverageUtilization())
        .isEqualTo(55);
    assertThat(autoscaler.getSpec().getScaleTargetRef().getKind()).isEqualTo("Deployment");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"replicas: 2", "", AUTOSCALING, "autoscaling: {minReplicas: 2, maxReplicas: 2}"})
  void budget_fromTwoPodsOn_letsOneGo(String more) {
    PodDisruptionBudget budget = Clusters.get(Clusters.clickHouse(more), PodDisruptionBudget.class);
    assertThat(budget.getSpec().getMaxUnavailable()).isEqualTo(new IntOrString(1));
    assertThat(budget.getSpec().getSelector().getMatchLabels())
        .isEqualTo(ObjectLabels.selector("main"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"replicas: 1", "autoscaling: {minReplicas: 1, maxReplicas: 9}"})
  void budget_ofOnePod_isNone(String more) {
    ClusterObjects all = Clusters.objects(Clusters.clickHouse(more));
    assertThat(Clusters.find(all, PodDisruptionBudget.class)).isEmpty();
    assertThat(all.absent()).extracting(ObjectKey::kind).contains("PodDisruptionBudget");
  }

  @Test
  void autoscaling_ofPodsThatRequestNoCpu_requestsSome() {
    String noCpu = "pod: {resources: {requests: {memory: 2Gi}}}";
    assertThat(
            Clusters.server(Clusters.clickHouse(AUTOSCALING, noCpu)).getResources().getRequests())
        .containsEntry("cpu", new Quantity("500m"))
        .containsEntry("memory", new Quantity("2Gi"));
    assertThat(Clusters.server(Clusters.clickHouse(noCpu)).getResources().getRequests())
        .containsOnlyKeys("memory");
  }
}
