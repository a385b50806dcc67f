// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.luminate.crd.LuminateCluster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who owns the number of pods, as a real API server keeps book of it. */
final class ReplicasHandOverTest {
  private static final String AUTOSCALING = "autoscaling: {minReplicas: 2, maxReplicas: 9}";

  private TestNamespace place;

  @BeforeEach
  void start() {
    place = new TestNamespace();
  }

  private LuminateCluster cluster(String... more) {
    return place.cluster(TestNamespace.CLICKHOUSE, TestNamespace.OPEN, String.join("\n", more));
  }

  private int replicas() {
    return place.get(Deployment.class).getSpec().getReplicas();
  }

  /** Who has it as a field of theirs. */
  private List<String> owners() {
    return place.get(Deployment.class).getMetadata().getManagedFields().stream()
        .filter(ReplicasHandOverTest::hasReplicas)
        .map(ManagedFieldsEntry::getManager)
        .toList();
  }

  private static boolean hasReplicas(ManagedFieldsEntry entry) {
    return entry.getFieldsV1().getAdditionalProperties().get("f:spec") instanceof Map<?, ?> spec
        && spec.containsKey("f:replicas");
  }

  /** As an autoscaler does it. */
  private void scale(int replicas) {
    place.person.apps().deployments().inNamespace(place.namespace).withName("main").scale(replicas);
  }

  @Test
  void autoscalingSwitchedOn_keepsTheNumber() {
    place.pass(cluster("replicas: 5"));
    assertThat(owners()).containsExactly(Requests.MANAGER);
    place.pass(cluster(AUTOSCALING));
    assertThat(replicas()).isEqualTo(5);
    assertThat(owners()).containsExactly(Requests.REPLICAS_MANAGER);
  }

  @Test
  void numberThatTheAutoscalerChose_isNeverOverwritten() {
    place.pass(cluster("replicas: 5"));
    place.pass(cluster(AUTOSCALING));
    scale(7);
    assertThat(owners()).doesNotContain(Requests.MANAGER, Requests.REPLICAS_MANAGER);
    place.pass(cluster(AUTOSCALING));
    place.pass(cluster(AUTOSCALING, "pod: {nodeSelector: {disk: fast}}"));
    assertThat(replicas()).isEqualTo(7);
    assertThat(owners()).doesNotContain(Requests.MANAGER, Requests.REPLICAS_MANAGER);
  }

  @Test
  void numberChosenAfterTheCacheSawIt_isNotOverwritten() {
    place.pass(cluster("replicas: 5"));
    place.sync();
    scale(7);
    place.stalePass(cluster(AUTOSCALING));
    assertThat(replicas()).isEqualTo(7);
    place.pass(cluster(AUTOSCALING));
    assertThat(replicas()).isEqualTo(7);
  }

  @Test
  void newDeploymentUnderAnAutoscaler_startsWithTheLeast_andHandsItOver() {
    place.pass(cluster(AUTOSCALING));
    assertThat(replicas()).isEqualTo(2);
    place.pass(cluster(AUTOSCALING));
    assertThat(replicas()).isEqualTo(2);
    assertThat(owners()).containsExactly(Requests.REPLICAS_MANAGER);
  }

  @Test
  void deploymentThatNoCacheHas_isNotTakenForANewOne() {
    place.pass(cluster(AUTOSCALING));
    place.pass(cluster(AUTOSCALING));
    scale(7);
    place.edit(
        Deployment.class,
        live ->
            new DeploymentBuilder(live).editMetadata().withLabels(Map.of()).endMetadata().build());
    assertThat(place.pass(cluster(AUTOSCALING)).refusals()).isEmpty();
    assertThat(replicas()).isEqualTo(7);
    assertThat(place.get(Deployment.class).getMetadata().getLabels())
        .containsEntry("luminate.io/watch", "true");
  }

  @Test
  void autoscalingSwitchedOff_theNumberIsOursAlone() {
    place.pass(cluster("replicas: 5"));
    place.pass(cluster(AUTOSCALING));
    place.pass(cluster("replicas: 5"));
    assertThat(replicas()).isEqualTo(5);
    assertThat(owners()).containsExactly(Requests.MANAGER);
    place.pass(cluster(AUTOSCALING));
    place.pass(cluster("replicas: 3"));
    assertThat(replicas()).isEqualTo(3);
    assertThat(owners()).containsExactly(Requests.MANAGER);
    place.pass(cluster("replicas: 4"));
    assertThat(replicas()).isEqualTo(4);
  }
}
