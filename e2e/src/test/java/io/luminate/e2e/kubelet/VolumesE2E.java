// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.luminate.e2e.cluster.Eventually;
import io.luminate.e2e.cluster.Http;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.e2e.cluster.TestPods;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What pods find in their folders and in their variables. */
@OnKubernetes
@Order(OnKubernetes.LONG)
final class VolumesE2E {

  @Test
  void configMap_updateArrives_inAnOpenPod(TestNamespace namespace)
      throws IOException, InterruptedException {
    namespace.create(configMap("first"));
    namespace.create(withVolumes());
    Pod pod = namespace.awaitReady("web", 1).getFirst();
    assertThat(Http.get(pod, "/file/etc/luminate/config.yaml")).isEqualTo("first");
    assertThat(Http.get(pod, "/variable/CONFIG")).isEqualTo("first");
    Instant updated = Instant.now();
    namespace.client().resource(configMap("second")).inNamespace(namespace.name()).update();
    Eventually.holds(
        () -> Http.get(pod, "/file/etc/luminate/config.yaml").equals("second"),
        () -> "the file stays what it was");
    assertThat(Duration.between(updated, Instant.now()))
        .as("what tests take for pushed must not have come so")
        .isGreaterThan(Duration.ofSeconds(10));
    assertThat(Http.get(pod, "/variable/CONFIG")).as("set at the start").isEqualTo("first");
  }

  @Test
  void secret_fieldsAndToken_areThere(TestNamespace namespace)
      throws IOException, InterruptedException {
    namespace.create(configMap("first"));
    namespace.create(
        new SecretBuilder()
            .withNewMetadata()
            .withName("secret")
            .endMetadata()
            .addToStringData("password", "open sesame")
            .build());
    namespace.create(withVolumes());
    Pod pod = namespace.awaitReady("web", 1).getFirst();
    assertThat(Http.get(pod, "/file/run/secret/password")).isEqualTo("open sesame");
    assertThat(Http.get(pod, "/variable/SECRET_password")).isEqualTo("open sesame");
    assertThat(Http.get(pod, "/variable/ADDRESS")).isEqualTo(pod.getStatus().getPodIP());
    assertThat(Http.get(pod, "/variable/GREETING"))
        .isEqualTo("web at " + pod.getStatus().getPodIP());
    assertThat(Http.get(pod, "/variable/MEMORY_MIB")).isEqualTo("64");
    String account = "/file/var/run/secrets/kubernetes.io/serviceaccount/";
    assertThat(Http.get(pod, account + "namespace")).isEqualTo(namespace.name());
    assertThat(Http.get(pod, account + "token").split("\\.")).hasSize(3);
    assertThat(Http.get(pod, account + "ca.crt")).contains("BEGIN CERTIFICATE");
  }

  @Test
  void missingConfigMap_isWaitedFor(TestNamespace namespace) {
    namespace.create(
        new SecretBuilder()
            .withNewMetadata()
            .withName("secret")
            .endMetadata()
            .addToStringData("password", "open sesame")
            .build());
    namespace.create(withVolumes());
    Eventually.holds(
        () -> {
          var waiting =
              namespace.pod("web").getStatus().getContainerStatuses().getFirst().getState();
          return waiting.getWaiting().getReason().equals("ContainerCreating")
              && waiting.getWaiting().getMessage().contains("\"config\" not found");
        },
        () -> namespace.pod("web").getStatus().toString());
    namespace.create(configMap("late"));
    namespace.awaitReady("web", 1);
  }

  @Test
  void statefulSet_keepsItsFile_overADeletedPod(TestNamespace namespace)
      throws IOException, InterruptedException {
    namespace.create(statefulSet());
    Pod first = namespace.awaitReady("db", 1).getFirst();
    Http.put(first, "/file/var/lib/luminate/kept", "still here");
    namespace.client().resource(first).delete();
    Eventually.holds(
        () ->
            namespace.pods("db").stream()
                .anyMatch(
                    pod ->
                        TestNamespace.isReady(pod)
                            && !pod.getMetadata().getUid().equals(first.getMetadata().getUid())),
        () -> "no other pod in its place: " + namespace.pods("db"));
    Pod second = namespace.pod("db-0");
    assertThat(second.getStatus().getPodIP()).isNotEqualTo(first.getStatus().getPodIP());
    assertThat(Http.get(second, "/file/var/lib/luminate/kept")).isEqualTo("still here");
  }

  private static ConfigMap configMap(String content) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("config")
        .endMetadata()
        .addToData("config.yaml", content)
        .build();
  }

  private static Container withVariables() {
    return new ContainerBuilder(TestPods.server())
        .addNewEnv()
        .withName("CONFIG")
        .withNewValueFrom()
        .withNewConfigMapKeyRef("config.yaml", "config", false)
        .endValueFrom()
        .endEnv()
        .addNewEnv()
        .withName("ADDRESS")
        .withNewValueFrom()
        .withNewFieldRef("v1", "status.podIP")
        .endValueFrom()
        .endEnv()
        .addNewEnv()
        .withName("GREETING")
        .withValue("$(HOSTNAME) at $(ADDRESS)")
        .endEnv()
        .addNewEnv()
        .withName("MEMORY_MIB")
        .withNewValueFrom()
        .withNewResourceFieldRef()
        .withResource("limits.memory")
        .withDivisor(new Quantity("1Mi"))
        .endResourceFieldRef()
        .endValueFrom()
        .endEnv()
        .addNewEnvFrom()
        .withPrefix("SECRET_")
        .withNewSecretRef("secret", true)
        .endEnvFrom()
        .withNewResources()
        .addToLimits("memory", new Quantity("64Mi"))
        .endResources()
        .build();
  }

  private static Pod withVolumes() {
    var container =
        new ContainerBuilder(withVariables())
            .addNewVolumeMount()
            .withName("config")
            .withMountPath("/etc/luminate")
            .endVolumeMount()
            .addNewVolumeMount()
            .withName("secret")
            .withMountPath("/run/secret")
            .endVolumeMount()
            .build();
    return new PodBuilder(TestPods.pod("web", container))
        .editSpec()
        .addNewVolume()
        .withName("config")
        .withNewConfigMap()
        .withName("config")
        .endConfigMap()
        .endVolume()
        .addNewVolume()
        .withName("secret")
        .withNewSecret()
        .withSecretName("secret")
        .withOptional(true)
        .endSecret()
        .endVolume()
        .endSpec()
        .build();
  }

  private static StatefulSet statefulSet() {
    var container =
        new ContainerBuilder(TestPods.server())
            .addNewVolumeMount()
            .withName("data")
            .withMountPath("/var/lib/luminate")
            .endVolumeMount()
            .build();
    return new StatefulSetBuilder()
        .withNewMetadata()
        .withName("db")
        .endMetadata()
        .withNewSpec()
        .withReplicas(1)
        .withServiceName("db")
        .withNewSelector()
        .withMatchLabels(Map.of("app", "db"))
        .endSelector()
        .withTemplate(TestPods.template("db", container))
        .withVolumeClaimTemplates(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("data")
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withNewResources()
                .addToRequests("storage", new Quantity("1Gi"))
                .endResources()
                .endSpec()
                .build())
        .endSpec()
        .build();
  }
}
