// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The reference of custom resources for people: their fields, defaults, bounds and rules. */
final class ReferencePage {
  private static final String INTRODUCTION =
      """
      # Custom resources

      Three kinds of `luminate.io/v1alpha1`, each in a namespace, ask for a cluster, for how long it keeps points, and for [what tenants may have](limits.md). References stay in one
      namespace. `kubectl get luminate` lists all of them. Complete examples are in `crds/examples/`, the definitions in `crds/generated/`; their reasons in
      [designs/custom-resources.md](designs/custom-resources.md).

      Durations are a whole number and one unit: `ms s m h d w`; `ms s m h` for timeouts and intervals, `h d w` for retentions. What is absent has the default that is
      shown, and where none is shown, what its text says.

      This page is made by `make crds` from the types in `crds/src/main`.
      """;

  /** Below these the fields are those of Kubernetes itself. */
  private static final Set<String> FOREIGN =
      Set.of(
          "spec.pod.affinity",
          "spec.pod.env",
          "spec.pod.resources",
          "spec.pod.tolerations",
          "spec.pod.topologySpreadConstraints",
          "spec.networkPolicy.clientsFrom",
          "spec.networkPolicy.metricsFrom");

  private final StringBuilder page = new StringBuilder(INTRODUCTION);

  private ReferencePage() {}

  static String of(Collection<ObjectNode> definitions) {
    ReferencePage reference = new ReferencePage();
    definitions.forEach(reference::kind);
    return reference.page.toString();
  }

  private void kind(JsonNode definition) {
    String kind = definition.at("/spec/names/kind").textValue();
    JsonNode schema = definition.at("/spec/versions/0/schema/openAPIV3Schema");
    line("");
    line("## " + kind);
    line("");
    line(schema.path("description").textValue());
    line("Short name: `%s`.".formatted(definition.at("/spec/names/shortNames/0").textValue()));
    table(schema.at("/properties/spec"), "spec");
    line("");
    line("What the operator says of it:");
    table(schema.at("/properties/status"), "status");
    rules(schema);
  }

  private void table(JsonNode part, String path) {
    line("");
    line("| field | type | default | |");
    line("|---|---|---|---|");
    fields(part, path);
  }

  private void fields(JsonNode part, String path) {
    Set<String> required = new LinkedHashSet<>();
    part.path("required").forEach(name -> required.add(name.textValue()));
    part.path("properties")
        .properties()
        .forEach(
            field -> {
              String name = path + "." + field.getKey();
              row(name, field.getValue(), required.contains(field.getKey()));
              if (!FOREIGN.contains(name)) {
                fields(field.getValue(), name);
                fields(field.getValue().path("items"), name + "[]");
              }
            });
  }

  private void row(String path, JsonNode field, boolean required) {
    line(
        "| `%s` | %s | %s | %s%s |"
            .formatted(
                path,
                type(field),
                fallback(field),
                required ? "Required. " : "",
                field.path("description").asText("").replace("|", "\\|")));
  }

  private static String type(JsonNode field) {
    if (field.has("enum")) {
      return String.join(" or ", texts(field.get("enum")));
    }
    return switch (field.path("type").asText("")) {
      case "array" -> "list, " + between(field, "minItems", "maxItems");
      case "integer" -> "number, " + between(field, "minimum", "maximum");
      case "string" -> "text";
      case "boolean" -> "true or false";
      default -> field.has("additionalProperties") ? "texts by name" : "object";
    };
  }

  private static String between(JsonNode field, String min, String max) {
    String from = field.path(min).asText("0");
    return field.has(max) ? from + " to " + field.get(max).asText() : "from " + from;
  }

  private static String fallback(JsonNode field) {
    JsonNode value = field.path("default");
    if (value.isArray()) {
      return "Ready is Unknown: Pending";
    }
    return value.isMissingNode() || value.isObject() ? "" : "`" + value.asText() + "`";
  }

  private void rules(JsonNode schema) {
    line("");
    line("What the API server refuses beyond that, with these words:");
    line("");
    List<String> lines = new ArrayList<>();
    rules(schema, "", lines);
    lines.forEach(this::line);
  }

  private static void rules(JsonNode part, String path, List<String> lines) {
    for (JsonNode rule : part.path("x-kubernetes-validations")) {
      String where = path + rule.path("fieldPath").asText("");
      String at = where.isEmpty() ? "" : "`" + where.substring(1) + "`: ";
      lines.add("- " + at + rule.get("message").textValue());
    }
    part.path("properties")
        .properties()
        .forEach(field -> rules(field.getValue(), path + "." + field.getKey(), lines));
    if (part.has("items")) {
      rules(part.get("items"), path + "[]", lines);
    }
  }

  private static List<String> texts(JsonNode list) {
    Stream<JsonNode> values = StreamSupport.stream(list.spliterator(), false);
    return values.map(JsonNode::textValue).toList();
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
