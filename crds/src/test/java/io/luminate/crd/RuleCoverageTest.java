// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** No rule without a case in which a real API server has to refuse by it. */
final class RuleCoverageTest {
  private static final Map<String, List<RuleCase>> CASES =
      Map.of(
          "luminateclusters.luminate.io", LuminateClusterRulesTest.CASES,
          "retentionpolicies.luminate.io", RetentionPolicyRulesTest.CASES,
          "tenantquotas.luminate.io", TenantQuotaRulesTest.CASES);

  /** A rule, by the field that it refuses and what it says. */
  private record Rule(String where, String message) {
    boolean isMeantBy(RuleCase one) {
      return one.where().filter(where::equals).isPresent() && message.contains(one.message());
    }
  }

  @Test
  void everyRule_hasACase() {
    CrdGenerator.definitions()
        .forEach(
            (name, definition) ->
                assertThat(rules(definition))
                    .as("rules of " + name + ", each with a case that is refused by it alone")
                    .isNotEmpty()
                    .allMatch(rule -> CASES.get(name).stream().anyMatch(rule::isMeantBy)));
  }

  /** Otherwise one rule's case would pass for another's. */
  @Test
  void everyCase_meansOneRule() {
    CrdGenerator.definitions()
        .forEach(
            (name, definition) ->
                assertThat(CASES.get(name))
                    .as("cases of " + name)
                    .allMatch(
                        one ->
                            rules(definition).stream().filter(rule -> rule.isMeantBy(one)).count()
                                < 2));
  }

  /** Messages are for people: a sentence of some length, that is not the rule itself. */
  @Test
  void everyRule_saysWhy() {
    CrdGenerator.definitions()
        .forEach(
            (name, definition) ->
                assertThat(rules(definition)).allMatch(rule -> rule.message().length() > 15));
  }

  private static List<Rule> rules(JsonNode definition) {
    List<Rule> rules = new ArrayList<>();
    collect(definition.at("/spec/versions/0/schema/openAPIV3Schema"), "", rules);
    return rules;
  }

  private static void collect(JsonNode part, String path, List<Rule> rules) {
    for (JsonNode rule : part.path("x-kubernetes-validations")) {
      String where = path + rule.path("fieldPath").asText("");
      rules.add(new Rule(where.replaceFirst("^\\.", ""), rule.path("message").asText("")));
    }
    part.path("properties")
        .properties()
        .forEach(field -> collect(field.getValue(), path + "." + field.getKey(), rules));
    if (part.has("items")) {
      collect(part.get("items"), path + "[]", rules);
    }
  }
}
