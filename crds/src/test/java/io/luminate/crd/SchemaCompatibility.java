// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Whether every object that is stored under one definition is valid under another, and none of its
 * fields is lost. Answers with what stands against it; what it cannot judge stands against it too.
 */
final class SchemaCompatibility {
  private static final String RULES = "x-kubernetes-validations";
  private static final String ANY_FIELDS = "x-kubernetes-preserve-unknown-fields";

  /** What may fall, appear and vanish, but not rise. */
  private static final List<String> FROM =
      List.of("minimum", "minLength", "minItems", "minProperties");

  /** What may rise and vanish, but not fall or appear. */
  private static final List<String> TO =
      List.of("maximum", "maxLength", "maxItems", "maxProperties");

  /** What may vanish, but neither change nor appear. */
  private static final List<String> DEMANDS =
      List.of(
          "pattern",
          "format",
          "multipleOf",
          "uniqueItems",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "not",
          "allOf",
          "anyOf",
          "oneOf",
          "x-kubernetes-embedded-resource");

  /** What must stay as it is. */
  private static final List<String> FIXED =
      List.of("type", "x-kubernetes-int-or-string", "nullable", ANY_FIELDS);

  private final List<String> complaints = new ArrayList<>();

  private SchemaCompatibility() {}

  static List<String> complaints(JsonNode before, JsonNode after) {
    SchemaCompatibility check = new SchemaCompatibility();
    check.identity(before, after);
    for (JsonNode version : before.at("/spec/versions")) {
      check.version(version, after);
    }
    return List.copyOf(check.complaints);
  }

  private void identity(JsonNode before, JsonNode after) {
    for (String path :
        List.of("/spec/group", "/spec/scope", "/spec/names/kind", "/spec/names/plural")) {
      same(path.substring(1).replace('/', '.'), "", before.at(path), after.at(path));
    }
  }

  private void version(JsonNode before, JsonNode definition) {
    String name = before.get("name").textValue();
    JsonNode after = named(definition.at("/spec/versions"), name);
    if (before.path("served").asBoolean() && !after.path("served").asBoolean()) {
      complain(name, "is not served any more");
      return;
    }
    JsonNode had = before.path("subresources");
    had.fieldNames()
        .forEachRemaining(
            one ->
                same("subresource " + one, "", had.get(one), after.path("subresources").path(one)));
    String schema = "/schema/openAPIV3Schema";
    part("", before.at(schema), after.at(schema));
  }

  private static JsonNode named(JsonNode versions, String name) {
    for (JsonNode version : versions) {
      if (version.get("name").textValue().equals(name)) {
        return version;
      }
    }
    return versions.path("none");
  }

  private void part(String path, JsonNode before, JsonNode after) {
    FIXED.forEach(word -> same(word, path, before.path(word), after.path(word)));
    FROM.forEach(word -> bound(word, path, before.path(word), after.path(word), 1));
    TO.forEach(word -> bound(word, path, before.path(word), after.path(word), -1));
    DEMANDS.forEach(word -> demand(word, path, before.path(word), after.path(word)));
    values(path, before.path("enum"), after.path("enum"));
    required(path, before, after);
    rules(path, before.path(RULES), after.path(RULES));
    lists(path, before, after);
    inner(path, before, after);
  }

  private void inner(String path, JsonNode before, JsonNode after) {
    before
        .path("properties")
        .properties()
        .forEach(
            field -> {
              String name = path + "." + field.getKey();
              JsonNode now = after.path("properties").path(field.getKey());
              if (now.isMissingNode()) {
                complain(name, "was removed");
              } else {
                part(name, field.getValue(), now);
              }
            });
    each(path + "[]", before.path("items"), after.path("items"));
    each(path + ".*", before.path("additionalProperties"), after.path("additionalProperties"));
    if (before.path(ANY_FIELDS).asBoolean()) {
      appeared(path, before, after);
    }
  }

  /** Fields of any kind may be there under the names that are new. */
  private void appeared(String path, JsonNode before, JsonNode after) {
    after
        .path("properties")
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!before.path("properties").has(name)) {
                complain(path + "." + name, "has a schema, where anything was allowed");
              }
            });
  }

  private void each(String path, JsonNode before, JsonNode after) {
    if (before.isObject() && after.isObject()) {
      part(path, before, after);
    } else {
      same("the schema of its elements", path, before, after);
    }
  }

  private void same(String word, String path, JsonNode before, JsonNode after) {
    if (!before.equals(after)) {
      complain(path, word + " was " + text(before) + " and is " + text(after));
    }
  }

  private void bound(String word, String path, JsonNode before, JsonNode after, int worse) {
    boolean tighter =
        after.isNumber()
            && (!before.isNumber()
                || worse * after.decimalValue().compareTo(before.decimalValue()) > 0);
    if (tighter) {
      complain(path, word + " was " + text(before) + " and is " + text(after));
    }
  }

  private void demand(String word, String path, JsonNode before, JsonNode after) {
    if (!after.isMissingNode()) {
      same(word, path, before, after);
    }
  }

  private void values(String path, JsonNode before, JsonNode after) {
    if (after.isMissingNode()) {
      return;
    }
    if (before.isMissingNode()) {
      complain(path, "has an enum now");
    }
    Set<JsonNode> allowed = elements(after);
    before.forEach(
        value -> {
          if (!allowed.contains(value)) {
            complain(path, "does not allow " + text(value) + " any more");
          }
        });
  }

  /** A required field with a default is never missing. */
  private void required(String path, JsonNode before, JsonNode after) {
    Set<JsonNode> had = elements(before.path("required"));
    for (JsonNode name : after.path("required")) {
      JsonNode field = after.path("properties").path(name.textValue());
      boolean wasThere =
          had.contains(name) || before.path("properties").path(name.textValue()).has("default");
      if (!field.has("default") && !wasThere) {
        complain(path + "." + name.textValue(), "is required now");
      }
    }
  }

  /** What a rule says cannot be compared, so one that is new or other may refuse what was fine. */
  private void rules(String path, JsonNode before, JsonNode after) {
    Set<String> had = new HashSet<>();
    before.forEach(rule -> had.add(rule.get("rule").textValue()));
    after.forEach(
        rule -> {
          if (!had.contains(rule.get("rule").textValue())) {
            complain(path, "has a new rule: " + rule.get("rule").textValue());
          }
        });
  }

  /** Elements that were allowed twice may not have to be different. */
  private void lists(String path, JsonNode before, JsonNode after) {
    String type = after.path("x-kubernetes-list-type").asText("atomic");
    if (!type.equals("atomic")) {
      same("list type", path, listType(before), listType(after));
    }
  }

  private static JsonNode listType(JsonNode part) {
    return JsonNodeFactory.instance
        .arrayNode()
        .add(part.path("x-kubernetes-list-type").asText("atomic"))
        .add(part.path("x-kubernetes-list-map-keys").toString());
  }

  private static Set<JsonNode> elements(JsonNode list) {
    Set<JsonNode> elements = new HashSet<>();
    list.forEach(elements::add);
    return elements;
  }

  private static String text(JsonNode value) {
    return value.isMissingNode() ? "absent" : value.toString();
  }

  private void complain(String path, String what) {
    StringJoiner sentence = new StringJoiner(" ");
    if (!path.isEmpty()) {
      sentence.add(path.startsWith(".") ? path.substring(1) : path);
    }
    complaints.add(sentence.add(what).toString());
  }
}
