// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Which objects there are, and what all of them have. */
final class ClusterObjectsTest {
  private static final String AUTOSCALING = "autoscaling: {minReplicas: 2, maxReplicas: 9}";

  @ParameterizedTest
  @FieldSource("io.luminate.operator.objects.Clusters#GOLDEN")
  void everyObject_carriesOurOwnerReferenceAndLabels(String name) {
    LuminateCluster cluster = Clusters.golden(name);
    for (HasMetadata object : Clusters.objects(cluster).objects()) {
      OwnerReference owner = object.getMetadata().getOwnerReferences().getFirst();
      assertThat(object.getMetadata().getOwnerReferences()).hasSize(1);
      assertThat(owner.getUid()).isEqualTo(cluster.getMetadata().getUid());
      assertThat(owner.getController()).isTrue();
      assertThat(object.getMetadata().getNamespace()).isEqualTo("metrics");
      assertThat(object.getMetadata().getLabels())
          .as(object.getKind())
          .containsEntry("luminate.io/watch", "true")
          .containsEntry("app.kubernetes.io/instance", cluster.getMetadata().getName())
          .containsEntry("app.kubernetes.io/managed-by", "luminate-operator");
    }
  }

  @ParameterizedTest
  @FieldSource("io.luminate.operator.objects.Clusters#GOLDEN")
  void objects_sameInput_areEqual(String name) {
    assertThat(Clusters.objects(Clusters.golden(name)))
        .isEqualTo(Clusters.objects(Clusters.golden(name)));
  }

  @Test
  void objects_doNotCopyTheResourcesLabelsAndAnnotations() {
    String written =
        Serialization.asYaml(Clusters.objects(Clusters.golden("rocksdb-full")).objects());
    assertThat(written).doesNotContain("never-copied");
  }

  @Test
  void names_longestCluster_fitIntoLabels() {
    LuminateCluster longest = Clusters.named("c".repeat(40), "backend: rocksdb", Clusters.HMAC);
    assertThat(Clusters.objects(longest).objects())
        .allSatisfy(object -> assertThat(object.getMetadata().getName()).hasSizeLessThan(53));
    assertThat(ObjectNames.of(longest).dataClaim()).hasSizeLessThan(64);
  }

  @Test
  void objects_ofRocksDb_areAStatefulSetAndWhatIsAroundIt() {
    assertThat(Clusters.kinds(Clusters.objects(Clusters.rocksDb())))
        .containsExactlyInAnyOrder(
            "ServiceAccount/main",
            "ConfigMap/main",
            "Service/main",
            "Service/main-headless",
            "NetworkPolicy/main",
            "StatefulSet/main",
            "CronJob/main-cleanup",
            "ServiceMonitor/main",
            "PrometheusRule/main");
  }

  @Test
  void objects_ofClickHouse_areADeploymentAndWhatIsAroundIt() {
    assertThat(Clusters.kinds(Clusters.objects(Clusters.clickHouse(AUTOSCALING))))
        .containsExactlyInAnyOrder(
            "ServiceAccount/main",
            "ConfigMap/main",
            "Service/main",
            "Service/main-headless",
            "NetworkPolicy/main",
            "Deployment/main",
            "PodDisruptionBudget/main",
            "HorizontalPodAutoscaler/main",
            "ServiceMonitor/main",
            "PrometheusRule/main");
  }

  @Test
  void limitsDocumentAndInternalToken_areOthersToWrite() {
    assertThat(Clusters.objects(Clusters.rocksDb()).objects())
        .extracting(object -> object.getMetadata().getName())
        .doesNotContain("main-limits", "main-internal");
  }

  @Test
  void absent_whatIsSwitchedOff() {
    LuminateCluster bare =
        Clusters.clickHouse(
            "replicas: 1",
            "pod: {serviceAccountName: theirs}",
            "networkPolicy: {enabled: false}",
            "monitoring: {enabled: false}");
    assertThat(Clusters.objects(bare).absent())
        .containsExactlyInAnyOrder(
            new ObjectKey("v1", "ServiceAccount", "main"),
            new ObjectKey("networking.k8s.io/v1", "NetworkPolicy", "main"),
            new ObjectKey("policy/v1", "PodDisruptionBudget", "main"),
            new ObjectKey("autoscaling/v2", "HorizontalPodAutoscaler", "main"),
            new ObjectKey("monitoring.coreos.com/v1", "ServiceMonitor", "main"),
            new ObjectKey("monitoring.coreos.com/v1", "PrometheusRule", "main"));
  }

  @ParameterizedTest
  @FieldSource("io.luminate.operator.objects.Clusters#GOLDEN")
  void absent_isNothingThatThereIs_andNoWorkload(String name) {
    ClusterObjects all = Clusters.objects(Clusters.golden(name));
    assertThat(all.objects().stream().map(ObjectKey::of))
        .doesNotHaveDuplicates()
        .noneMatch(all.absent()::contains);
    assertThat(all.absent())
        .extracting(ObjectKey::kind)
        .doesNotContain("StatefulSet", "Deployment", "PersistentVolumeClaim");
  }

  @Test
  void absent_keysAreThoseOfTheObjects() {
    ClusterObjects all = Clusters.objects(Clusters.clickHouse(AUTOSCALING));
    LuminateCluster bare =
        Clusters.clickHouse(
            "replicas: 1", "networkPolicy: {enabled: false}", "monitoring: {enabled: false}");
    assertThat(all.objects().stream().map(ObjectKey::of))
        .containsAll(Clusters.objects(bare).absent());
  }

  @Test
  void optionalKinds_thatTheApiServerDoesNotHave_areNeitherThereNorAbsent() {
    for (String monitoring : List.of("true", "false")) {
      ClusterObjects all =
          ClusterObjects.of(
              Clusters.rocksDb("monitoring: {enabled: " + monitoring + "}"),
              Clusters.withServed(OptionalKind.PROMETHEUS_RULE));
      assertThat(all.toString()).doesNotContain("ServiceMonitor").contains("PrometheusRule");
    }
  }

  @Test
  void serviceAccount_ofTheSameNameGiven_isLeftAsItIs() {
    ClusterObjects all = Clusters.objects(Clusters.rocksDb("pod: {serviceAccountName: main}"));
    assertThat(Clusters.kinds(all)).doesNotContain("ServiceAccount/main");
    assertThat(all.absent()).extracting(ObjectKey::kind).doesNotContain("ServiceAccount");
  }

  @Test
  void missingSecret_isNamed_andLeavesTheWorkloadAsItIs() {
    ClusterObjects all =
        ClusterObjects.of(
            Clusters.clickHouse(),
            Clusters.withSecrets(Map.of("ch", Map.of("username", Clusters.base64("me")))));
    assertThat(all.missingSecrets())
        .containsExactly(
            new SecretValue("luminate-secrets", "jwt-secret"), new SecretValue("ch", "password"));
    assertThat(Clusters.find(all, Deployment.class)).isEmpty();
    assertThat(Clusters.find(all, ConfigMap.class)).isPresent();
    assertThat(all.absent()).extracting(ObjectKey::kind).doesNotContain("Deployment");
  }

  @Test
  void missingSecretOfAVariable_leavesTheWorkloadAsItIs_unlessItIsOptional() {
    LuminateCluster needed = Clusters.rocksDb("pod: {env: [" + variable("A", "extra", "") + "]}");
    assertThat(Clusters.objects(needed).missingSecrets())
        .containsExactly(new SecretValue("extra", "k"));
    assertThat(Clusters.find(Clusters.objects(needed), StatefulSet.class)).isEmpty();
    LuminateCluster optional =
        Clusters.rocksDb("pod: {env: [" + variable("A", "extra", ", optional: true") + "]}");
    assertThat(Clusters.objects(optional).missingSecrets()).isEmpty();
    assertThat(Clusters.find(Clusters.objects(optional), StatefulSet.class)).isPresent();
  }

  /** No pod has it, so none is to wait for its Secret. */
  @Test
  void secretOfAVariableThatIsLeftOut_isNotNamed() {
    String leftOut = variable("LUMINATE_AUTH_ENABLED", "extra", "");
    String overwritten = variable("B", "extra", "") + ", {name: B, value: b}";
    LuminateCluster cluster =
        Clusters.rocksDb("pod: {env: [" + leftOut + ", " + overwritten + "]}");
    assertThat(ClusterObjects.namedSecrets(cluster))
        .containsExactly(new SecretValue("luminate-secrets", "jwt-secret"));
  }

  private static String variable(String name, String secret, String more) {
    return "{name: %s, valueFrom: {secretKeyRef: {name: %s, key: k%s}}}"
        .formatted(name, secret, more);
  }

  @Test
  void namedSecrets_areAllThatTheResourceNames() {
    assertThat(
            ClusterObjects.namedSecrets(
                Clusters.rocksDb(
                    "pod: {env: ["
                        + variable("A", "optional", ", optional: true")
                        + ", "
                        + variable("B", "extra", "")
                        + ", "
                        + variable("C", "extra", ", optional: true")
                        + ", {name: D, value: d}, {name: E, valueFrom: {configMapKeyRef: {name: c, key: k}}}]}")))
        .containsExactly(
            new SecretValue("luminate-secrets", "jwt-secret"),
            new SecretValue("extra", "k"),
            new SecretValue("optional", "k"));
    assertThat(ClusterObjects.namedSecrets(Clusters.golden("clickhouse-full")))
        .containsExactlyInAnyOrder(
            new SecretValue("clickhouse-ca", "ca.crt"),
            new SecretValue("clickhouse-secrets", "username"),
            new SecretValue("clickhouse-secrets", "pass"));
    assertThat(ClusterObjects.namedSecrets(Clusters.golden("rocksdb-full")))
        .containsExactly(new SecretValue("issuer", "tls.crt"));
  }
}
