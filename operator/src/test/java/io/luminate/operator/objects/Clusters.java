// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Clusters as an API server has them, and what is known beside them. */
final class Clusters {
  static final List<String> GOLDEN =
      List.of("rocksdb-minimal", "rocksdb-full", "clickhouse-minimal", "clickhouse-full");

  static final String HMAC = "auth: {hmacSecretRef: {name: luminate-secrets, key: jwt-secret}}";

  private Clusters() {}

  static LuminateCluster golden(String name) {
    try (InputStream in = Clusters.class.getResourceAsStream(name + ".cluster.yaml")) {
      return read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** With more fields of the spec, as YAML. */
  static LuminateCluster rocksDb(String... more) {
    return cluster("backend: rocksdb", HMAC, String.join("\n", more));
  }

  static LuminateCluster clickHouse(String... more) {
    return cluster(
        "backend: clickhouse",
        "clickhouse: {addresses: ['ch:8123'], credentialsSecretRef: {name: ch}}",
        HMAC,
        String.join("\n", more));
  }

  static LuminateCluster cluster(String... spec) {
    return named("main", spec);
  }

  static LuminateCluster named(String name, String... spec) {
    return read(
        """
        apiVersion: luminate.io/v1alpha1
        kind: LuminateCluster
        metadata: {name: %s, namespace: metrics, uid: 7d1c4a52-0000-4000-8000-000000000003}
        spec:
        """
                .formatted(name)
            + String.join("\n", spec).strip().indent(2));
  }

  private static LuminateCluster read(String yaml) {
    return Serialization.unmarshal(yaml, LuminateCluster.class);
  }

  static ClusterFacts facts() {
    return new ClusterFacts(
        "ghcr.io/luminate/server:0.1.0",
        new OperatorPods(
            "luminate-system",
            Map.of(
                "app.kubernetes.io/name", "luminate-operator",
                "app.kubernetes.io/instance", "luminate")),
        Set.of(OptionalKind.values()),
        Map.of(
            "luminate-secrets",
                Map.of("jwt-secret", base64("a secret of at least 32 bytes or more")),
            "issuer", Map.of("tls.crt", base64("a certificate")),
            "clickhouse-ca", Map.of("ca.crt", base64("another certificate")),
            "clickhouse-secrets", Map.of("username", base64("me"), "pass", base64("word")),
            "ch", Map.of("username", base64("me"), "password", base64("word"))),
        Optional.empty());
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static ClusterFacts withSecrets(Map<String, Map<String, String>> secrets) {
    ClusterFacts facts = facts();
    return new ClusterFacts(
        facts.serverImage(), facts.operator(), facts.served(), secrets, facts.liveReplicas());
  }

  static ClusterFacts withServed(OptionalKind... served) {
    ClusterFacts facts = facts();
    return new ClusterFacts(
        facts.serverImage(),
        facts.operator(),
        Set.of(served),
        facts.secrets(),
        facts.liveReplicas());
  }

  static ClusterFacts withLiveReplicas(int replicas) {
    ClusterFacts facts = facts();
    return new ClusterFacts(
        facts.serverImage(),
        facts.operator(),
        facts.served(),
        facts.secrets(),
        Optional.of(replicas));
  }

  static ClusterObjects objects(LuminateCluster cluster) {
    return ClusterObjects.of(cluster, facts());
  }

  static <T extends HasMetadata> Optional<T> find(ClusterObjects all, Class<T> type) {
    return all.objects().stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  static <T extends HasMetadata> T get(LuminateCluster cluster, Class<T> type) {
    return find(objects(cluster), type).orElseThrow();
  }

  static PodTemplateSpec pod(LuminateCluster cluster) {
    return pod(objects(cluster));
  }

  static PodTemplateSpec pod(ClusterObjects all) {
    return find(all, StatefulSet.class)
        .map(set -> set.getSpec().getTemplate())
        .or(() -> find(all, Deployment.class).map(set -> set.getSpec().getTemplate()))
        .orElseThrow();
  }

  static Container server(LuminateCluster cluster) {
    return pod(cluster).getSpec().getContainers().getFirst();
  }

  /** Values by name; of those from Secrets the reference as {@code name/key}. */
  static Map<String, String> environment(Container container) {
    return container.getEnv().stream().collect(Collectors.toMap(EnvVar::getName, Clusters::value));
  }

  private static String value(EnvVar variable) {
    return variable.getValueFrom() == null
        ? variable.getValue()
        : variable.getValueFrom().getSecretKeyRef().getName()
            + "/"
            + variable.getValueFrom().getSecretKeyRef().getKey();
  }

  static Set<String> kinds(ClusterObjects all) {
    return all.objects().stream()
        .map(object -> object.getKind() + "/" + object.getMetadata().getName())
        .collect(Collectors.toSet());
  }
}
