// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The examples for people, and what tests make of them. */
final class Examples {
  private static final Path FOLDER = Path.of("examples");

  private Examples() {}

  /** Every object of every file. */
  static List<ObjectNode> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().flatMap(Examples::objects).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode named(String name) {
    return all().stream()
        .filter(object -> name(object).equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no example " + name))
        .deepCopy();
  }

  static String name(JsonNode object) {
    return object.at("/metadata/name").textValue();
  }

  /** YAML, also where it begins as JSON does. */
  static ObjectNode yaml(String text) {
    return Serialization.unmarshal("---\n" + text, ObjectNode.class);
  }

  /** The object with a change as of JSON Merge Patch (RFC 7396). */
  static ObjectNode with(ObjectNode object, JsonNode change) {
    change
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              if (value.isNull()) {
                object.remove(field.getKey());
              } else if (value.isObject()) {
                JsonNode inner = object.path(field.getKey());
                ObjectNode target = inner.isObject() ? (ObjectNode) inner : object.objectNode();
                object.set(field.getKey(), with(target, value));
              } else {
                object.set(field.getKey(), value);
              }
            });
    return object;
  }

  private static Stream<ObjectNode> objects(Path file) {
    try {
      return Stream.of(Files.readString(file).split("(?m)^---$")).map(Examples::yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
