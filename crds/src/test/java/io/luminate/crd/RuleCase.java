// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luminate.crd.CrdApi.Answer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * What a real API server is asked for, and whether it has to refuse that.
 *
 * @param example what is changed
 * @param before changes with which the object is there already; empty: it is made with the change
 * @param where the field that is refused, of the whole object ""; empty: all of it is accepted
 * @param message a part of the reason
 */
record RuleCase(
    String example,
    Optional<String> before,
    String change,
    Optional<String> where,
    String message) {

  /** What an API server calls a fault of the whole object. */
  private static final String ROOT = "<nil>";

  private static final Map<String, String> PLURALS =
      Map.of(
          "LuminateCluster", "luminateclusters",
          "RetentionPolicy", "retentionpolicies",
          "TenantQuota", "tenantquotas");

  static RuleCase made(String example, String change) {
    return new RuleCase(example, Optional.empty(), change, Optional.empty(), "");
  }

  static RuleCase madeRefused(String example, String change, String where, String message) {
    return new RuleCase(example, Optional.empty(), change, Optional.of(where), message);
  }

  static RuleCase changed(String example, String before, String change) {
    return new RuleCase(example, Optional.of(before), change, Optional.empty(), "");
  }

  static RuleCase changeRefused(
      String example, String before, String change, String where, String message) {
    return new RuleCase(example, Optional.of(before), change, Optional.of(where), message);
  }

  static Stream<DynamicTest> tests(List<RuleCase> cases) {
    return cases.stream()
        .map(one -> DynamicTest.dynamicTest(one.title(), () -> one.check(CrdApi.shared())));
  }

  static String collection(JsonNode object) {
    return "/apis/luminate.io/v1alpha1/namespaces/default/"
        + PLURALS.get(object.get("kind").textValue());
  }

  private String title() {
    String start = before.map(text -> example + " " + text + " → ").orElse(example + " ");
    return start + change + where.map(field -> " ✗ " + field).orElse(" ✓");
  }

  private void check(CrdApi server) {
    ObjectNode object = Examples.named(example);
    Answer answer =
        before.isPresent() ? change(server, object, before.get()) : make(server, object);
    if (where.isEmpty()) {
      assertThat(answer.status()).as(answer.message()).isBetween(200, 201);
    } else {
      assertRefused(answer, where.get());
    }
  }

  private Answer make(CrdApi server, ObjectNode object) {
    Examples.with(object, Examples.yaml(change));
    return server.post(collection(object) + "?dryRun=All&fieldValidation=Strict", object);
  }

  private Answer change(CrdApi server, ObjectNode object, String earlier) {
    String name = "case-" + UUID.randomUUID().toString().substring(0, 8);
    Examples.with(object, Examples.yaml(earlier));
    ((ObjectNode) object.get("metadata")).put("name", name);
    Answer made = server.post(collection(object) + "?fieldValidation=Strict", object);
    assertThat(made.status()).as(made.message()).isEqualTo(201);
    return server.merge(
        collection(object) + "/" + name + "?dryRun=All&fieldValidation=Strict",
        Examples.yaml(change));
  }

  private void assertRefused(Answer answer, String field) {
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(422);
    assertThat(answer.message()).as("a rule that cannot be evaluated").doesNotContain("conversion");
    assertThat(answer.body().at("/details/causes"))
        .as(answer.message())
        .anySatisfy(
            cause -> {
              assertThat(cause.path("field").asText()).isEqualTo(field.isEmpty() ? ROOT : field);
              assertThat(cause.path("message").asText()).contains(message);
            });
  }
}
