// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.luminate.crd.LuminateCluster;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What pods are. */
final class ServerPodTest {

  /** Those of servers, and of the job that cleans up. */
  private static Stream<PodSpec> pods(String golden) {
    ClusterObjects all = Clusters.objects(Clusters.golden(golden));
    return Stream.concat(
        Stream.of(Clusters.pod(all).getSpec()),
        Clusters.find(all, CronJob.class).stream()
            .map(job -> job.getSpec().getJobTemplate().getSpec().getTemplate().getSpec()));
  }

  private static Map<String, String> annotations(LuminateCluster cluster, ClusterFacts facts) {
    return Clusters.pod(ClusterObjects.of(cluster, facts)).getMetadata().getAnnotations();
  }

  @ParameterizedTest
  @FieldSource("io.luminate.operator.objects.Clusters#GOLDEN")
  void pods_areRestricted_withAReadOnlyRoot(String golden) {
    assertThat(pods(golden))
        .allSatisfy(
            pod -> {
              assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
              assertThat(pod.getSecurityContext().getSeccompProfile().getType())
                  .isEqualTo("RuntimeDefault");
              SecurityContext container = pod.getContainers().getFirst().getSecurityContext();
              assertThat(container.getAllowPrivilegeEscalation()).isFalse();
              assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
              assertThat(container.getCapabilities().getAdd()).isEmpty();
              assertThat(container.getReadOnlyRootFilesystem()).isTrue();
              assertThat(pod.getVolumes())
                  .noneMatch(volume -> volume.getHostPath() != null)
                  .anyMatch(volume -> volume.getEmptyDir() != null);
            });
  }

  /** What a server or a JVM leaves behind at each end is bounded, or it would fill the node. */
  @ParameterizedTest
  @FieldSource("io.luminate.operator.objects.Clusters#GOLDEN")
  void foldersOfTheNode_areBounded(String golden) {
    assertThat(pods(golden))
        .flatExtracting(PodSpec::getVolumes)
        .filteredOn(volume -> volume.getEmptyDir() != null)
        .isNotEmpty()
        .allMatch(volume -> volume.getEmptyDir().getSizeLimit() != null);
  }

  @ParameterizedTest
  @FieldSource("io.luminate.operator.objects.Clusters#GOLDEN")
  void pods_areToldNothingOfKubernetes(String golden) {
    assertThat(pods(golden))
        .allSatisfy(
            pod -> {
              assertThat(pod.getEnableServiceLinks()).isFalse();
              assertThat(pod.getAutomountServiceAccountToken()).isFalse();
              assertThat(pod.getContainers().getFirst().getTerminationMessagePolicy())
                  .isEqualTo("FallbackToLogsOnError");
            });
  }

  @ParameterizedTest
  @FieldSource("io.luminate.operator.objects.Clusters#GOLDEN")
  void mounts_areOfVolumesThatThereAre_andWhole(String golden) {
    ClusterObjects all = Clusters.objects(Clusters.golden(golden));
    PodSpec pod = Clusters.pod(all).getSpec();
    List<String> volumes = pod.getVolumes().stream().map(Volume::getName).toList();
    assertThat(pod.getContainers().getFirst().getVolumeMounts())
        .extracting(VolumeMount::getName)
        .filteredOn(name -> !name.equals("data"))
        .containsExactlyInAnyOrderElementsOf(volumes);
    assertThat(pod.getContainers().getFirst().getVolumeMounts())
        .allMatch(mount -> mount.getSubPath() == null);
  }

  @Test
  void readiness_isReady_andLivenessLive_ofTheManagementPort() {
    Container server = Clusters.server(Clusters.rocksDb());
    assertThat(server.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/ready");
    assertThat(server.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/live");
    assertThat(server.getStartupProbe().getHttpGet().getPath()).isEqualTo("/live");
    assertThat(
            Stream.of(
                server.getReadinessProbe(), server.getLivenessProbe(), server.getStartupProbe()))
        .extracting(Probe::getHttpGet)
        .allMatch(get -> get.getPort().getStrVal().equals("management"));
  }

  @Test
  void grace_isLongerThanTheWaitAndTheDrain() {
    PodSpec pod = Clusters.pod(Clusters.rocksDb()).getSpec();
    long wait = pod.getContainers().getFirst().getLifecycle().getPreStop().getSleep().getSeconds();
    assertThat(wait).isPositive();
    assertThat(Clusters.get(Clusters.rocksDb(), ConfigMap.class).getData().get("config.yaml"))
        .contains("shutdown_timeout: 10s");
    assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(wait + 10);
  }

  @Test
  void configurationAndUserSecrets_rollPods() {
    LuminateCluster cluster = Clusters.rocksDb();
    Map<String, String> before = annotations(cluster, Clusters.facts());
    assertThat(before).containsKeys("luminate.io/config-hash", "luminate.io/secrets-hash");
    assertThat(
            annotations(
                Clusters.cluster(
                    "backend: rocksdb", Clusters.HMAC.replace("}}", "}, tokenExpiry: 1h}")),
                Clusters.facts()))
        .doesNotContainEntry("luminate.io/config-hash", before.get("luminate.io/config-hash"))
        .containsEntry("luminate.io/secrets-hash", before.get("luminate.io/secrets-hash"));
    Map<String, Map<String, String>> rotated = new HashMap<>(Clusters.facts().secrets());
    rotated.put("luminate-secrets", Map.of("jwt-secret", Clusters.base64("another")));
    assertThat(annotations(cluster, Clusters.withSecrets(rotated)))
        .containsEntry("luminate.io/config-hash", before.get("luminate.io/config-hash"))
        .doesNotContainEntry("luminate.io/secrets-hash", before.get("luminate.io/secrets-hash"));
  }

  @Test
  void secretsOfVariables_rollPods() {
    for (String optional : List.of("false", "true")) {
      LuminateCluster cluster =
          Clusters.rocksDb(
              "pod: {env: [{name: A, valueFrom: {secretKeyRef: {name: extra, key: k, optional: "
                  + optional
                  + "}}}]}");
      Set<String> hashes = new HashSet<>();
      for (String value : List.of("", "b25l", "dHdv")) {
        Map<String, Map<String, String>> secrets = new HashMap<>(Clusters.facts().secrets());
        secrets.put("extra", Map.of("k", value, "unused", value));
        hashes.add(hash(cluster, secrets));
        secrets.put("extra", Map.of("k", value));
        hashes.add(hash(cluster, secrets));
      }
      assertThat(hashes).as("optional: %s", optional).hasSize(3);
    }
  }

  @Test
  void optionalSecretThatComes_rollsPods() {
    LuminateCluster cluster =
        Clusters.rocksDb(
            "pod: {env: [{name: A, valueFrom: {secretKeyRef: {name: extra, key: k, optional: true}}}]}");
    Map<String, Map<String, String>> secrets = new HashMap<>(Clusters.facts().secrets());
    String without = hash(cluster, secrets);
    assertThat(without).isEqualTo(hash(Clusters.rocksDb(), secrets));
    secrets.put("extra", Map.of("k", ""));
    assertThat(hash(cluster, secrets)).isNotEqualTo(without);
  }

  private static String hash(LuminateCluster cluster, Map<String, Map<String, String>> secrets) {
    return annotations(cluster, Clusters.withSecrets(secrets)).get("luminate.io/secrets-hash");
  }

  @Test
  void valuesThatNobodyNeeds_rollNothing() {
    Map<String, Map<String, String>> more = new HashMap<>(Clusters.facts().secrets());
    more.put("other", Map.of("a", "Yg=="));
    more.put("ch", Map.of("username", Clusters.base64("x")));
    Map<String, String> jwt = new HashMap<>(more.get("luminate-secrets"));
    jwt.put("unused", "Yg==");
    more.put("luminate-secrets", jwt);
    assertThat(annotations(Clusters.rocksDb(), Clusters.withSecrets(more)))
        .isEqualTo(annotations(Clusters.rocksDb(), Clusters.facts()));
  }

  @Test
  void limitsAndRetention_changeNoPod() {
    assertThat(
            Clusters.pod(
                Clusters.rocksDb(
                    "limits: {rateLimits: {metricsPerSecond: 7}}",
                    "retention: {default: 7d, shorteningGrace: 0s}")))
        .isEqualTo(Clusters.pod(Clusters.rocksDb()));
  }

  @Test
  void secretsHash_ofTheSamePassword_isAnotherForEachCluster() {
    LuminateCluster other = Clusters.rocksDb();
    other.getMetadata().setUid("another");
    assertThat(annotations(other, Clusters.facts()).get("luminate.io/secrets-hash"))
        .isNotEqualTo(
            annotations(Clusters.rocksDb(), Clusters.facts()).get("luminate.io/secrets-hash"));
  }

  @Test
  void image_unsaid_isTheOperatorsOwnVersion() {
    assertThat(Clusters.server(Clusters.rocksDb()).getImage())
        .isEqualTo("ghcr.io/luminate/server:0.1.0");
    assertThat(Clusters.server(Clusters.rocksDb("image: {pullPolicy: Always}")))
        .satisfies(
            server -> {
              assertThat(server.getImage()).isEqualTo("ghcr.io/luminate/server:0.1.0");
              assertThat(server.getImagePullPolicy()).isEqualTo("Always");
            });
  }

  @Test
  void labelsAndAnnotations_ofPods_areTheirs_exceptOurs() {
    PodTemplateSpec pod =
        Clusters.pod(
            Clusters.rocksDb(
                "pod: {labels: {team: a, app.kubernetes.io/instance: b},"
                    + " annotations: {note: c, luminate.io/config-hash: d}}"));
    assertThat(pod.getMetadata().getLabels())
        .containsEntry("team", "a")
        .containsAllEntriesOf(ObjectLabels.selector("main"));
    assertThat(pod.getMetadata().getAnnotations()).containsEntry("note", "c");
    assertThat(pod.getMetadata().getAnnotations().get("luminate.io/config-hash")).hasSize(64);
  }

  @Test
  void spreading_ofPodsThatMayBeSeveral_isOverZonesAndNodes() {
    assertThat(Clusters.pod(Clusters.clickHouse()).getSpec().getTopologySpreadConstraints())
        .extracting(TopologySpreadConstraint::getTopologyKey)
        .containsExactly("topology.kubernetes.io/zone", "kubernetes.io/hostname");
    assertThat(Clusters.pod(Clusters.rocksDb()).getSpec().getTopologySpreadConstraints()).isEmpty();
  }

  /** Or those that serve would be rolled for those that come. */
  @Test
  void template_isTheSame_howeverManyPodsThereAre() {
    assertThat(
            Stream.of("replicas: 1", "replicas: 5", "autoscaling: {minReplicas: 1, maxReplicas: 9}")
                .map(number -> Clusters.pod(Clusters.clickHouse(number))))
        .containsOnly(Clusters.pod(Clusters.clickHouse()));
  }

  @Test
  void spreading_given_takesThePlaceOfOurs_andCountsThesePods() {
    List<TopologySpreadConstraint> constraints =
        Clusters.pod(Clusters.golden("clickhouse-full")).getSpec().getTopologySpreadConstraints();
    assertThat(constraints).hasSize(1);
    assertThat(constraints.getFirst().getWhenUnsatisfiable()).isEqualTo("DoNotSchedule");
    assertThat(constraints.getFirst().getLabelSelector().getMatchLabels())
        .isEqualTo(ObjectLabels.selector("main"));
  }

  @Test
  void volume_belongsToWhomeverTheImageRunsAs() {
    assertThat(Clusters.pod(Clusters.rocksDb()).getSpec().getSecurityContext().getFsGroup())
        .isPositive();
    assertThat(Clusters.pod(Clusters.clickHouse()).getSpec().getSecurityContext().getFsGroup())
        .isNull();
  }
}
