// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

final class PruningTest {
  private static <T extends HasMetadata> T pruned(String yaml) {
    T object = Serialization.unmarshal(yaml);
    Pruning.prune(object);
    assertThat(object.getMetadata().getUid()).isEqualTo("uid");
    assertThat(object.getMetadata().getManagedFields()).isNullOrEmpty();
    return object;
  }

  @Test
  void pod_keepsItsStatusAlone() {
    Pod pod =
        pruned(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: main-0, uid: uid, managedFields: [{manager: kubelet}]}
            spec: {containers: [{name: server}]}
            status: {podIP: 10.0.0.1}
            """);
    assertThat(pod.getSpec()).isNull();
    assertThat(pod.getStatus().getPodIP()).isEqualTo("10.0.0.1");
  }

  @Test
  void statefulSet_keepsItsNumbersItsClaimsAndItsImage() {
    StatefulSet set =
        pruned(
            """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: main, uid: uid, managedFields: [{manager: luminate-operator}]}
            spec:
              replicas: 1
              selector: {matchLabels: {a: b}}
              template:
                metadata: {labels: {a: b}}
                spec:
                  containers:
                  - {name: server, image: "luminate/server:1", env: [{name: A, value: b}]}
                  volumes: [{name: tmp}]
              volumeClaimTemplates:
              - {metadata: {name: data}, spec: {resources: {requests: {storage: 1Gi}}}}
            """);
    assertThat(Serialization.asYaml(set.getSpec()))
        .contains("replicas: 1", "a: \"b\"", "image: \"luminate/server:1\"", "storage: \"1Gi\"")
        .doesNotContain("env", "volumes");
  }

  @Test
  void configMap_keepsNoBytes() {
    ConfigMap configMap =
        pruned(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: main-limits, uid: uid}
            data: {replicas: "1"}
            binaryData: {limits.json.gz: AAAA}
            """);
    assertThat(configMap.getData()).isNullOrEmpty();
    assertThat(configMap.getBinaryData()).isNullOrEmpty();
  }
}
