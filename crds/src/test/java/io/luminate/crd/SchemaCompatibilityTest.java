// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What is stored stays valid: the definitions are held against each released snapshot. A released
 * snapshot is never changed; a release adds a folder with what is in {@code crds/generated} then.
 */
final class SchemaCompatibilityTest {
  private static final Path SNAPSHOTS = Path.of("src/test/resources/snapshots");

  /** Folders with the SHA-256 of what is in each. */
  private static final Map<String, String> RELEASED =
      Map.of("v1alpha1-0.1.0", "ddd79d51dae050fe1b1cd9d54fa607e7a5145c01f47a1ba299fbc8132e1411eb");

  private static final String SCHEMA = "/spec/versions/0/schema/openAPIV3Schema";

  private static final String BEFORE =
      """
      spec:
        group: luminate.io
        scope: Namespaced
        names: {kind: Thing, plural: things}
        versions:
        - name: v1
          served: true
          subresources: {status: {}}
          schema:
            openAPIV3Schema:
              type: object
              properties:
                number: {type: integer, minimum: 1, maximum: 9}
                text: {type: string, minLength: 1, maxLength: 9, pattern: "^a$"}
                word: {type: string, enum: [a, b]}
                many: {type: array, minItems: 1, maxItems: 9, items: {type: string}}
                map: {type: object, maxProperties: 9, additionalProperties: {type: string}}
                either: {x-kubernetes-int-or-string: true}
                open: {type: object, x-kubernetes-preserve-unknown-fields: true}
                inner: {type: object, required: [a], properties: {a: {type: string}, b: {type: string}}}
                ruled: {type: string, x-kubernetes-validations: [{rule: "self == 'a'"}]}
                made: {type: string, default: a}
      """;

  /** Each with the complaint. */
  private static final Map<String, String> BROKEN =
      Map.ofEntries(
          Map.entry("{number: null}", "number was removed"),
          Map.entry("{number: {type: string}}", "number type was \"integer\" and is \"string\""),
          Map.entry("{number: {minimum: 2}}", "number minimum was 1 and is 2"),
          Map.entry("{number: {maximum: 8}}", "number maximum was 9 and is 8"),
          Map.entry("{text: {minLength: 2}}", "text minLength was 1 and is 2"),
          Map.entry("{text: {maxLength: 8}}", "text maxLength was 9 and is 8"),
          Map.entry("{text: {pattern: b}}", "text pattern was \"^a$\" and is \"b\""),
          Map.entry("{text: {format: date}}", "text format was absent and is \"date\""),
          Map.entry("{text: {enum: [a]}}", "text has an enum now"),
          Map.entry("{word: {maxLength: 5}}", "word maxLength was absent and is 5"),
          Map.entry("{word: {enum: [a]}}", "word does not allow \"b\" any more"),
          Map.entry("{many: {minItems: 2}}", "many minItems was 1 and is 2"),
          Map.entry("{many: {maxItems: 8}}", "many maxItems was 9 and is 8"),
          Map.entry("{many: {items: {minLength: 1}}}", "many[] minLength was absent and is 1"),
          Map.entry(
              "{many: {x-kubernetes-list-type: set}}",
              "many list type was [\"atomic\",\"\"] and is [\"set\",\"\"]"),
          Map.entry("{map: {maxProperties: 8}}", "map maxProperties was 9 and is 8"),
          Map.entry(
              "{map: {additionalProperties: {type: integer}}}",
              "map.* type was \"string\" and is \"integer\""),
          Map.entry(
              "{map: {additionalProperties: null}}",
              "map.* the schema of its elements was {\"type\":\"string\"} and is absent"),
          Map.entry(
              "{either: {x-kubernetes-int-or-string: null}}",
              "either x-kubernetes-int-or-string was true and is absent"),
          Map.entry(
              "{open: {x-kubernetes-preserve-unknown-fields: null}}",
              "open x-kubernetes-preserve-unknown-fields was true and is absent"),
          Map.entry(
              "{open: {properties: {a: {type: string}}}}",
              "open.a has a schema, where anything was allowed"),
          Map.entry("{inner: {properties: {a: null}}}", "inner.a was removed"),
          Map.entry("{inner: {required: [a, b]}}", "inner.b is required now"),
          Map.entry(
              "{inner: {required: [a, c], properties: {c: {type: string}}}}",
              "inner.c is required now"),
          Map.entry("{inner: {anyOf: [{required: [b]}]}}", "inner anyOf was absent"),
          Map.entry(
              "{ruled: {x-kubernetes-validations: [{rule: \"self == 'b'\"}]}}",
              "ruled has a new rule: self == 'b'"));

  private static final List<String> FINE =
      List.of(
          "{}",
          "{number: {minimum: 0, maximum: 10}, text: {maxLength: 10, minLength: null}}",
          "{number: {minimum: null, maximum: null}, text: {pattern: null}}",
          "{word: {enum: [a, b, c]}}",
          "{word: {enum: null}}",
          "{more: {type: string, maxLength: 3, pattern: a}}",
          "{inner: {required: null}}",
          "{inner: {required: [a, c], properties: {c: {type: string, default: x}}}}",
          "{ruled: {x-kubernetes-validations: null}}",
          "{made: {default: b}}");

  @TestFactory
  Stream<DynamicTest> complaints_ofWhatBreaks() {
    return BROKEN.entrySet().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.getKey(),
                    () ->
                        assertThat(complaints(one.getKey()))
                            .singleElement()
                            .asString()
                            .startsWith(one.getValue())));
  }

  @TestFactory
  Stream<DynamicTest> complaints_notOfWhatWidens() {
    return FINE.stream()
        .map(one -> DynamicTest.dynamicTest(one, () -> assertThat(complaints(one)).isEmpty()));
  }

  @Test
  void complaints_ofWhatItIs() {
    assertThat(changed("{spec: {scope: Cluster}}")).hasSize(1);
    assertThat(changed("{spec: {group: other.io}}")).hasSize(1);
    assertThat(changed("{spec: {names: {plural: other}}}")).hasSize(1);
    assertThat(changed("{spec: {versions: []}}")).containsExactly("v1 is not served any more");
  }

  @Test
  void subresource_removed() {
    ObjectNode after = Examples.yaml(BEFORE);
    ((ObjectNode) after.at("/spec/versions/0")).remove("subresources");
    assertThat(SchemaCompatibility.complaints(Examples.yaml(BEFORE), after)).hasSize(1);
  }

  /** Else one that is changed beside the definitions would find nothing. */
  @Test
  void snapshots_areAsReleased() throws IOException, NoSuchAlgorithmException {
    Map<String, String> found = new HashMap<>();
    try (Stream<Path> folders = Files.list(SNAPSHOTS)) {
      for (Path folder : folders.toList()) {
        found.put(folder.getFileName().toString(), digest(folder));
      }
    }
    assertThat(found)
        .as("a released snapshot is never changed; a new one is added to the list")
        .isEqualTo(RELEASED);
  }

  /** Of names and contents. */
  private static String digest(Path folder) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(file));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @TestFactory
  Stream<DynamicTest> snapshots_stayValid() throws IOException {
    Map<String, ObjectNode> now = CrdGenerator.definitions();
    try (Stream<Path> files = Files.walk(SNAPSHOTS)) {
      List<Path> snapshots = files.filter(file -> file.toString().endsWith(".yaml")).toList();
      assertThat(snapshots).hasSizeGreaterThanOrEqualTo(3);
      return snapshots.stream()
          .map(
              file ->
                  DynamicTest.dynamicTest(
                      SNAPSHOTS.relativize(file).toString(), () -> assertStaysValid(file, now)));
    }
  }

  private static void assertStaysValid(Path file, Map<String, ObjectNode> now) throws IOException {
    JsonNode before = Serialization.unmarshal(Files.readString(file), JsonNode.class);
    ObjectNode after = now.get(Examples.name(before));
    assertThat(after).as("the definition of " + file).isNotNull();
    assertThat(SchemaCompatibility.complaints(before, after)).isEmpty();
  }

  private static List<String> complaints(String change) {
    ObjectNode after = Examples.yaml(BEFORE);
    Examples.with((ObjectNode) after.at(SCHEMA + "/properties"), Examples.yaml(change));
    return SchemaCompatibility.complaints(Examples.yaml(BEFORE), after);
  }

  private static List<String> changed(String change) {
    ObjectNode after = Examples.with(Examples.yaml(BEFORE), Examples.yaml(change));
    return SchemaCompatibility.complaints(Examples.yaml(BEFORE), after);
  }
}
