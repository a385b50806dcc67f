// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is committed is what the types say, and fits where it has to go. */
final class GeneratedFilesTest {
  private static final Path ROOT = Path.of("..");

  /** `kubectl apply` puts the whole text into an annotation, of which there may be 256 KiB. */
  private static final int DEFINITION_BYTES_MAX = 200_000;

  @TestFactory
  Stream<DynamicTest> committed_isGenerated() {
    return GeneratedFiles.texts().entrySet().stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getKey(), () -> assertCommitted(file.getKey(), file.getValue())));
  }

  @Test
  void committed_isNotMore() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("crds/generated"))) {
      assertThat(files.map(file -> "crds/generated/" + file.getFileName()))
          .as("files in crds/generated; delete what is no definition")
          .allMatch(GeneratedFiles.texts()::containsKey);
    }
  }

  @Test
  void definitions_areSmall() {
    CrdGenerator.definitions()
        .forEach(
            (name, definition) ->
                assertThat(definition.toString().getBytes(StandardCharsets.UTF_8).length)
                    .as(name + " in bytes of JSON")
                    .isLessThan(DEFINITION_BYTES_MAX));
  }

  @Test
  void definitions_areNamed() {
    Map<String, ObjectNode> definitions = CrdGenerator.definitions();
    assertThat(definitions.keySet())
        .containsExactly(
            "luminateclusters.luminate.io",
            "retentionpolicies.luminate.io",
            "tenantquotas.luminate.io");
    assertNames(definitions.get("luminateclusters.luminate.io"), "lmc");
    assertNames(definitions.get("retentionpolicies.luminate.io"), "lmr");
    assertNames(definitions.get("tenantquotas.luminate.io"), "lmq");
  }

  @Test
  void cluster_scales() {
    JsonNode scale =
        CrdGenerator.definitions()
            .get("luminateclusters.luminate.io")
            .at("/spec/versions/0/subresources/scale");
    assertThat(scale.path("specReplicasPath").textValue()).isEqualTo(".spec.replicas");
    assertThat(scale.path("statusReplicasPath").textValue()).isEqualTo(".status.replicas");
    assertThat(scale.path("labelSelectorPath").textValue()).isEqualTo(".status.selector");
  }

  /** Argo CD shows what a schema fills into elements of lists as a difference for ever. */
  @Test
  void lists_haveNoDefaultsInside() {
    CrdGenerator.definitions()
        .forEach(
            (name, definition) -> {
              List<String> found = new ArrayList<>();
              defaults(definition.at("/spec/versions/0/schema/openAPIV3Schema"), "", false, found);
              assertThat(found).as(name).isEmpty();
            });
  }

  private static void defaults(JsonNode part, String path, boolean inList, List<String> found) {
    if (inList && part.has("default")) {
      found.add(path);
    }
    part.path("properties")
        .properties()
        .forEach(field -> defaults(field.getValue(), path + "." + field.getKey(), inList, found));
    if (part.has("items")) {
      defaults(part.get("items"), path + "[]", true, found);
    }
  }

  private static void assertNames(JsonNode definition, String shortName) {
    assertThat(definition.at("/spec/scope").textValue()).isEqualTo("Namespaced");
    assertThat(definition.at("/spec/group").textValue()).isEqualTo("luminate.io");
    assertThat(definition.at("/spec/versions/0/name").textValue()).isEqualTo("v1alpha1");
    assertThat(definition.at("/spec/names/shortNames").toString())
        .isEqualTo("[\"" + shortName + "\"]");
    assertThat(definition.at("/spec/names/categories").toString()).isEqualTo("[\"luminate\"]");
    assertThat(definition.at("/spec/versions/0/subresources").has("status")).isTrue();
    assertThat(definition.at("/spec/versions/0/additionalPrinterColumns").size()).isGreaterThan(5);
  }

  private static void assertCommitted(String path, String text) throws IOException {
    Path file = ROOT.resolve(path);
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as("%s is not what the types say: run `make crds` and commit what it writes", path)
        .isEqualTo(text);
  }
}
