// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luminate.crd.CrdApi.Answer;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Examples and their statuses as a real API server keeps them. */
final class StoredObjectsTest {
  private static final String STATUS =
      """
      status:
        observedGeneration: 1
        replicas: 3
        selector: app=luminate
        conditions:
        - {type: Ready, status: "True", lastTransitionTime: "2026-03-01T12:00:00Z", reason: Serving, message: ""}
      """;

  private final CrdApi server = CrdApi.shared();

  @TestFactory
  Stream<DynamicTest> examples_areAccepted() {
    return Examples.all().stream()
        .map(
            object ->
                DynamicTest.dynamicTest(
                    Examples.name(object),
                    () -> {
                      Answer answer =
                          server.post(
                              RuleCase.collection(object) + "?dryRun=All&fieldValidation=Strict",
                              object);
                      assertThat(answer.status()).as(answer.message()).isEqualTo(201);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> everyKind_isPendingUntilAnOperatorComes() {
    return Stream.of("edge", "debug", "acme")
        .map(
            example ->
                DynamicTest.dynamicTest(
                    example,
                    () -> {
                      JsonNode conditions =
                          server.get(stored(example)).body().at("/status/conditions");
                      assertThat(conditions).hasSize(1);
                      assertThat(conditions.at("/0/type").textValue()).isEqualTo("Ready");
                      assertThat(conditions.at("/0/status").textValue()).isEqualTo("Unknown");
                      assertThat(conditions.at("/0/reason").textValue()).isEqualTo("Pending");
                    }));
  }

  @Test
  void defaults_areFilledIn() {
    JsonNode spec = server.get(stored("edge")).body().get("spec");
    assertThat(spec.at("/auth/enabled").booleanValue()).isTrue();
    assertThat(spec.at("/auth/tokenExpiry").textValue()).isEqualTo("24h");
    assertThat(spec.at("/retention/shorteningGrace").textValue()).isEqualTo("24h");
    assertThat(spec.at("/service/type").textValue()).isEqualTo("ClusterIP");
    assertThat(spec.at("/networkPolicy/enabled").booleanValue()).isTrue();
    assertThat(spec.at("/monitoring/interval").textValue()).isEqualTo("30s");
    assertThat(spec.has("replicas")).isFalse();
    assertThat(spec.has("limits")).isFalse();
  }

  @Test
  void status_isApartFromTheSpec() {
    String path = stored("metrics");
    server.merge(path, Examples.yaml(STATUS));
    assertThat(server.get(path).body().at("/status/conditions/0/reason").textValue())
        .isEqualTo("Pending");
    Answer written = server.merge(path + "/status", Examples.yaml(STATUS));
    assertThat(written.status()).as(written.message()).isEqualTo(200);
    assertThat(server.get(path).body().at("/status/conditions/0/reason").textValue())
        .isEqualTo("Serving");
  }

  @Test
  void conditions_haveEachTypeOnce() {
    ObjectNode twice = Examples.yaml(STATUS);
    ArrayNode conditions = (ArrayNode) twice.at("/status/conditions");
    conditions.add(conditions.get(0).deepCopy());
    Answer answer = server.merge(stored("metrics") + "/status", twice);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.message()).contains("Duplicate value");
  }

  @Test
  void scale_changesReplicasThatAreSet() {
    String path = stored("metrics");
    server.merge(path, Examples.yaml("{spec: {autoscaling: null, replicas: 3}}"));
    server.merge(path + "/status", Examples.yaml(STATUS));
    JsonNode scale = server.get(path + "/scale").body();
    assertThat(scale.at("/spec/replicas").intValue()).isEqualTo(3);
    assertThat(scale.at("/status/selector").textValue()).isEqualTo("app=luminate");
    Answer scaled = server.merge(path + "/scale", Examples.yaml("{spec: {replicas: 5}}"));
    assertThat(scaled.status()).as(scaled.message()).isEqualTo(200);
    assertThat(server.get(path).body().at("/spec/replicas").intValue()).isEqualTo(5);
  }

  /** There is no default for it that would be right for both stores. */
  @Test
  void scale_isNotThereWithoutReplicas() {
    Answer scale = server.get(stored("metrics") + "/scale");
    assertThat(scale.status()).as(scale.message()).isNotEqualTo(200);
  }

  @Test
  void scale_keepsTheRules() {
    String path = stored("edge");
    server.merge(path, Examples.yaml("{spec: {replicas: 1}}"));
    Answer scaled = server.merge(path + "/scale", Examples.yaml("{spec: {replicas: 2}}"));
    assertThat(scaled.status()).isEqualTo(422);
    assertThat(scaled.message()).contains("exactly one pod");
  }

  @Test
  void columns_showWhatIsThere() {
    assertThat(cells(stored("edge"))).contains("\"rocksdb\",\"Unknown\",\"Pending\"");
    assertThat(cells(stored("acme-audit")))
        .contains("\"metrics\",\"acme\",\"audit_*\",\"52w\",\"Unknown\",\"Pending\"");
    assertThat(cells(stored("acme"))).contains("\"metrics\",\"acme\",\"Unknown\",\"Pending\"");
  }

  private String cells(String path) {
    return server.table(path).body().at("/rows/0/cells").toString();
  }

  private String stored(String example) {
    ObjectNode object = Examples.named(example);
    String name = "stored-" + UUID.randomUUID().toString().substring(0, 8);
    ((ObjectNode) object.get("metadata")).put("name", name);
    Answer made = server.post(RuleCase.collection(object) + "?fieldValidation=Strict", object);
    assertThat(made.status()).as(made.message()).isEqualTo(201);
    return RuleCase.collection(object) + "/" + name;
  }
}
