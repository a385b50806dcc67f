// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What the generator has no annotation for, and what it writes twice. */
final class CrdFinish {
  /** What every resource says of itself until an operator has looked at it. */
  private static final String PENDING =
      """
      - type: Ready
        status: Unknown
        reason: Pending
        message: No operator has looked at this yet.
        lastTransitionTime: "1970-01-01T00:00:00Z"
      """;

  private static final String QUANTITY =
      "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$";

  /** Numbers that the generator writes with a fraction. */
  private static final List<String> BOUNDS = List.of("minimum", "maximum");

  private CrdFinish() {}

  static void finish(ObjectNode definition, Class<?> type) {
    JsonNode schema = definition.at("/spec/versions/0/schema/openAPIV3Schema");
    columns((ArrayNode) definition.at("/spec/versions/0/additionalPrinterColumns"), type);
    everyPart((ObjectNode) schema);
    String about = type.getAnnotation(JsonClassDescription.class).value();
    ((ObjectNode) schema).put("description", about);
    conditions((ObjectNode) schema.at("/properties/status"));
    JsonNode spec = schema.at("/properties/spec/properties");
    if (spec.has("pod")) {
      cluster(spec);
    }
  }

  private static void everyPart(ObjectNode part) {
    rulesOnce(part);
    BOUNDS.forEach(bound -> wholeNumber(part, bound));
    if (part.path("default").isObject()) {
      part.putObject("default");
    }
    part.path("properties").forEach(inner -> everyPart((ObjectNode) inner));
    for (String elements : List.of("items", "additionalProperties")) {
      if (part.get(elements) instanceof ObjectNode inner) {
        everyPart(inner);
      }
    }
  }

  /** As the type has them, where the generator sorts them by their paths. */
  private static void columns(ArrayNode columns, Class<?> type) {
    List<String> names =
        Stream.of(type.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    List<JsonNode> sorted = new ArrayList<>();
    columns.forEach(sorted::add);
    sorted.sort(Comparator.comparing(column -> names.indexOf(column.get("name").textValue())));
    columns.removeAll();
    columns.addAll(sorted);
  }

  /** A component of a record has its annotations on the field and on the accessor. */
  private static void rulesOnce(ObjectNode part) {
    if (part.get("x-kubernetes-validations") instanceof ArrayNode rules) {
      Set<JsonNode> once = new LinkedHashSet<>();
      rules.forEach(once::add);
      rules.removeAll();
      rules.addAll(once);
    }
  }

  private static void wholeNumber(ObjectNode part, String bound) {
    JsonNode value = part.path(bound);
    if (value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue())) {
      part.put(bound, value.longValue());
    }
  }

  private static void conditions(ObjectNode status) {
    status.putObject("default");
    ObjectNode conditions = (ObjectNode) status.at("/properties/conditions");
    conditions.set("default", Serialization.unmarshal(PENDING, ArrayNode.class));
    listOf(conditions, "type");
  }

  private static void cluster(JsonNode spec) {
    listOf((ObjectNode) spec.at("/image/properties/pullSecrets"), "name");
    ObjectNode env = (ObjectNode) spec.at("/pod/properties/env");
    ((ObjectNode) env.get("items")).putArray("required").add("name");
    listOf(env, "name");
    for (String amounts : List.of("limits", "requests")) {
      JsonNode resources = spec.at("/pod/properties/resources/properties/" + amounts);
      ((ObjectNode) resources.get("additionalProperties")).put("pattern", QUANTITY);
    }
  }

  /** Several writers may each own some of its elements, and none is there twice. */
  private static void listOf(ObjectNode list, String key) {
    list.put("x-kubernetes-list-type", "map");
    list.putArray("x-kubernetes-list-map-keys").add(key);
  }
}
