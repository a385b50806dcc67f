// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a resource may say of limits is what a server takes in its limits document: the same fields,
 * with the same bounds. Otherwise an object would be accepted here and its document refused there.
 */
final class LimitsDocumentTest {
  private static final JsonNode DOCUMENT = document();
  private static final List<String> SECTIONS =
      List.of("rateLimits", "cardinalityLimits", "queryLimits");

  @Test
  void cluster_hasTheDocumentsLimits() {
    assertSame(schema("luminateclusters", "/properties/limits"));
  }

  @Test
  void quota_hasTheDocumentsLimits() {
    assertSame(schema("tenantquotas", ""));
  }

  @Test
  void tenant_isTheDocuments() {
    String pattern = DOCUMENT.at("/$defs/tenant/pattern").textValue();
    assertThat(schema("tenantquotas", "/properties/tenantId/pattern").textValue())
        .isEqualTo(pattern);
    assertThat(schema("retentionpolicies", "/properties/tenantId/pattern").textValue())
        .isEqualTo(pattern);
  }

  @Test
  void metricPattern_isTheDocuments() {
    assertThat(schema("retentionpolicies", "/properties/metricPattern/pattern"))
        .isEqualTo(DOCUMENT.at("/$defs/metricPattern/pattern"));
  }

  @Test
  void names_fitTheDocuments() {
    assertThat(
            DOCUMENT
                .at("/properties/retention/properties/policies/items/properties/name/maxLength")
                .intValue())
        .as("longest name of a policy in a document, which is that of an object")
        .isGreaterThanOrEqualTo(Texts.OBJECT_NAME_MAX);
  }

  private static void assertSame(JsonNode part) {
    for (String section : SECTIONS) {
      JsonNode wanted = DOCUMENT.at("/$defs/limits/properties/" + section + "/properties");
      JsonNode given = part.at("/properties/" + section + "/properties");
      assertThat(given.fieldNames())
          .toIterable()
          .as(section)
          .containsExactlyInAnyOrderElementsOf(wanted::fieldNames);
      wanted
          .properties()
          .forEach(field -> assertSameBounds(field.getValue(), given.get(field.getKey())));
    }
  }

  private static void assertSameBounds(JsonNode reference, JsonNode given) {
    String target = reference.path("$ref").asText("#");
    JsonNode wanted = target.equals("#") ? reference : DOCUMENT.at(target.substring(1));
    assertThat(given.path("minimum").asText()).isEqualTo(wanted.path("minimum").asText());
    assertThat(given.path("maximum").asText()).isEqualTo(wanted.path("maximum").asText());
    for (JsonNode value : given.path("enum")) {
      assertThat(wanted.path("enum")).contains(value);
    }
  }

  private static JsonNode schema(String plural, String path) {
    return CrdGenerator.definitions()
        .get(plural + ".luminate.io")
        .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec" + path);
  }

  private static JsonNode document() {
    try {
      String text = Files.readString(Path.of("../docs/limits-document.schema.json"));
      return Serialization.unmarshal(text, JsonNode.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
