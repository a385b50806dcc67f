// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The types hold all that a definition allows, add only its defaults, and bear what is newer. */
final class ResourceTypesTest {
  private static final Map<String, Class<? extends HasMetadata>> TYPES =
      Map.of(
          "LuminateCluster", LuminateCluster.class,
          "RetentionPolicy", RetentionPolicy.class,
          "TenantQuota", TenantQuota.class);

  private static final String STATUS =
      """
      observedGeneration: 3
      replicas: 3
      readyReplicas: 2
      selector: app=luminate
      version: 0.1.0
      configVersion: 7
      configAppliedPods: 2
      conditions:
      - {type: Ready, status: "False", observedGeneration: 3, lastTransitionTime: "2026-03-01T12:00:00Z", reason: PodsUnreachable, message: no}
      """;

  private static final String EVERYTHING_ELSE =
      """
      spec:
        image: {name: "example.com/luminate:1", pullPolicy: IfNotPresent, pullSecrets: [{name: pull}]}
        paused: true
        clickhouse: {readAddresses: ["c:8123"]}
        limits: {cardinalityLimits: {maxUniqueSeriesPerMetric: 0, maxMetricsPerTenant: 5}, queryLimits: {maxResultPoints: 5, maxGroupByCardinality: 6}}
        pod:
          annotations: {b: "2", a: "1"}
          nodeSelector: {disk: ssd}
          affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: host}}]}}
          tolerations: [{key: a, operator: Exists}]
          priorityClassName: high
          serviceAccountName: mine
          env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]
        service: {type: LoadBalancer, annotations: {a: b}}
      """;

  @TestFactory
  Stream<DynamicTest> examples_keepEverything() {
    return Examples.all().stream()
        .map(
            object ->
                DynamicTest.dynamicTest(
                    Examples.name(object),
                    () -> assertThat(Examples.with(read(object), object)).isEqualTo(read(object))));
  }

  @Test
  void cluster_keepsEveryField() {
    ObjectNode object = Examples.with(Examples.named("metrics"), Examples.yaml(EVERYTHING_ELSE));
    object.set("status", Examples.yaml(STATUS));
    assertThat(Examples.with(read(object), object)).isEqualTo(read(object));
    assertThat(read(read(object))).isEqualTo(read(object));
  }

  @Test
  void storageClass_emptyIsNotAbsent() {
    ObjectNode object =
        Examples.with(
            Examples.named("edge"),
            Examples.yaml("{spec: {rocksdb: {storage: {storageClassName: ''}}}}"));
    assertThat(read(object).at("/spec/rocksdb/storage/storageClassName").isTextual()).isTrue();
  }

  @Test
  void newerFields_areSkipped() {
    for (ObjectNode object : Examples.all()) {
      ObjectNode newer = object.deepCopy();
      newer.set(
          "status", Examples.yaml("{later: {a: [1]}, conditions: [], observedGeneration: 1}"));
      ((ObjectNode) newer.get("spec")).put("later", "x");
      assertThat(read(newer).get("spec")).isEqualTo(read(object).get("spec"));
      assertThat(read(newer).at("/status/observedGeneration").intValue()).isEqualTo(1);
    }
  }

  @Test
  void absentParts_areNotWritten() {
    JsonNode made =
        Serialization.unmarshal(Serialization.asJson(new LuminateCluster()), JsonNode.class);
    assertThat(made.has("spec")).isFalse();
    assertThat(made.has("status")).isFalse();
    LuminateClusterStatus status =
        new LuminateClusterStatus(4L, null, null, null, null, null, null, List.of());
    assertThat(Serialization.asJson(status)).isEqualTo("{\"observedGeneration\":4}");
  }

  /** A condition has to have a message, which may be empty. */
  @Test
  void message_isWrittenWhereItIsEmpty() {
    StatusCondition condition =
        new StatusCondition("Ready", ConditionStatus.TRUE, null, "2026-03-01T12:00:00Z", "Up", "");
    assertThat(Serialization.asJson(condition)).contains("\"message\":\"\"");
  }

  /** Whoever watches resources copies them before changing one. */
  @Test
  void clone_isEqual() {
    LuminateCluster cluster =
        Serialization.unmarshal(
            Serialization.asJson(Examples.named("metrics")), LuminateCluster.class);
    assertThat(Serialization.clone(cluster).getSpec()).isEqualTo(cluster.getSpec());
  }

  /** What the API server fills in, and what a type says by itself, is the same. */
  @Test
  void defaults_areTheSchemas() {
    ObjectNode object = Examples.yaml("{spec: {backend: rocksdb, rocksdb: {}, auth: {}}}");
    object.put("kind", "LuminateCluster");
    JsonNode schema =
        CrdGenerator.definitions()
            .get("luminateclusters.luminate.io")
            .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
    ObjectNode filled = (ObjectNode) object.get("spec").deepCopy();
    fill(filled, schema);
    assertThat(read(object).get("spec")).isEqualTo(filled);
    ObjectNode parts =
        Examples.yaml(
            "{autoscaling: {maxReplicas: 4}, auth: {}, clickhouse: {credentialsSecretRef: {name: a}}}");
    parts.put("backend", "clickhouse");
    object.set("spec", parts.deepCopy());
    fill(parts, schema);
    assertThat(read(object).get("spec")).isEqualTo(parts);
  }

  private static void fill(ObjectNode object, JsonNode schema) {
    schema
        .path("properties")
        .properties()
        .forEach(
            field -> {
              if (!object.has(field.getKey()) && field.getValue().has("default")) {
                object.set(field.getKey(), field.getValue().get("default").deepCopy());
              }
              if (object.get(field.getKey()) instanceof ObjectNode inner) {
                fill(inner, field.getValue());
              }
            });
  }

  private static ObjectNode read(ObjectNode object) {
    Class<? extends HasMetadata> type = TYPES.get(object.get("kind").textValue());
    HasMetadata typed = Serialization.unmarshal(Serialization.asJson(object), type);
    return Serialization.unmarshal(Serialization.asJson(typed), ObjectNode.class);
  }
}
