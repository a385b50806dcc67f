// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.server.config.RetentionConfig;
import io.luminate.server.config.TenantLimit;
import io.luminate.server.limits.document.DocumentReader;
import io.luminate.server.limits.document.DocumentRetention;
import io.luminate.server.limits.document.LimitsDocument;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The published schema and the reader permit the same. */
final class LimitsSchemaTest {
  private Map<String, ?> schema = Map.of();

  @BeforeEach
  void read() throws Exception {
    schema = DocJson.object(Files.readString(Path.of("../../docs/limits-document.schema.json")));
  }

  /** What stands at a path, behind the references on the way. */
  private Map<?, ?> at(String path) {
    Map<?, ?> here = schema;
    for (String name : path.split("/")) {
      here = (Map<?, ?>) Objects.requireNonNull(here.get(name), path);
      Object reference = here.get("$ref");
      if (reference instanceof String text) {
        here = at(text.substring("#/".length()));
      }
    }
    return here;
  }

  private static String document(TenantLimit limit, String value) {
    return "{\"defaults\":{\"%s\":{\"%s\":%s}}}".formatted(limit.section(), limit.field(), value);
  }

  private static LimitsDocument parsed(String json) throws Exception {
    return DocumentReader.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertRefused(String json) {
    assertThatThrownBy(() -> parsed(json)).as(json).hasMessageContaining("expected");
  }

  @Test
  void fields_areTheReaders() {
    TreeSet<String> names = new TreeSet<>();
    at("$defs/limits/properties")
        .forEach(
            (section, content) ->
                at("$defs/limits/properties/" + section + "/properties")
                    .forEach((field, type) -> names.add(section + "." + field)));
    assertThat(names)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(TenantLimit.values())
                .map(limit -> limit.section() + "." + limit.field())
                .toList());
    assertThat(at("properties").keySet())
        .isEqualTo(new TreeSet<>(List.of("defaults", "retention", "tenants", "version")));
    assertThat(at("properties/defaults")).isEqualTo(at("$defs/limits"));
    assertThat(at("properties/tenants/additionalProperties")).isEqualTo(at("$defs/limits"));
  }

  @ParameterizedTest
  @EnumSource(TenantLimit.class)
  void values_haveTheReadersBounds(TenantLimit limit) throws Exception {
    Map<?, ?> field =
        at("$defs/limits/properties/" + limit.section() + "/properties/" + limit.field());
    if (limit.isDuration()) {
      assertThat(field.get("type")).isEqualTo(List.of("string", "null"));
      assertDurations(limit, Pattern.compile((String) field.get("pattern")));
    } else if (!limit.isNumber()) {
      assertWords(limit, (List<?>) Objects.requireNonNull(field.get("enum")));
    } else {
      assertThat(field.get("type")).isEqualTo(List.of("integer", "null"));
      assertBounds(limit, number(field, "minimum"), number(field, "maximum"));
    }
    parsed(document(limit, "null"));
  }

  private static long number(Map<?, ?> field, String name) {
    return ((Double) Objects.requireNonNull(field.get(name))).longValue();
  }

  private static void assertBounds(TenantLimit limit, long min, long max) throws Exception {
    for (long within : new long[] {min, max}) {
      assertThat(parsed(document(limit, "" + within)).defaults().get(limit)).hasValue(within);
    }
    assertRefused(document(limit, "" + (min - 1)));
    assertRefused(document(limit, "" + (max + 1)));
  }

  private static void assertWords(TenantLimit limit, List<?> allowed) throws Exception {
    List<String> words = List.of(limit.allowed().split(" or "));
    assertThat(allowed.subList(0, words.size())).isEqualTo(words);
    assertThat(allowed).hasSize(words.size() + 1).last().asString().isEqualTo("null");
    for (String word : words) {
      parsed(document(limit, "\"" + word + "\""));
    }
    for (String bad : List.of("\"\"", "\"other\"", "0", "true")) {
      assertRefused(document(limit, bad));
    }
  }

  private static void assertDurations(TenantLimit limit, Pattern pattern) throws Exception {
    for (String good : List.of("1s", "30s", "10m30s", "1500ms")) {
      assertThat(good).matches(pattern);
      parsed(document(limit, "\"" + good + "\""));
    }
    for (String bad : List.of("", "30", "s", "1.5s", "1y", "-1s", "1 s")) {
      assertThat(bad).doesNotMatch(pattern);
      assertRefused(document(limit, "\"" + bad + "\""));
    }
  }

  @Test
  void retention_hasTheReadersFieldsAndBounds() throws Exception {
    String properties = "properties/retention/properties/";
    assertThat(number(at(properties + "policies"), "maxItems"))
        .isEqualTo(RetentionConfig.POLICIES_MAX);
    assertThat(number(at(properties + "held"), "maxItems")).isEqualTo(DocumentRetention.HELD_MAX);
    assertEntries(properties + "policies/items", "policies", "\"name\":\"n\"");
    assertEntries(properties + "held/items", "held", "\"bytesUntil\":\"2026-03-01T12:00:00Z\"");
    for (String field : List.of("default", "policies", "held")) {
      parsed("{\"retention\":{\"" + field + "\":null}}");
    }
    Pattern pattern =
        Pattern.compile(
            (String) at(properties + "policies/items/properties/metricPattern").get("pattern"));
    for (String good : List.of("a", "*", "A_9*", "x".repeat(256))) {
      assertThat(good).matches(pattern);
      assertThat(RetentionConfig.isPattern(good)).isTrue();
    }
    for (String bad : List.of("", "a-b", "a b", "x".repeat(257))) {
      assertThat(bad).doesNotMatch(pattern);
      assertThat(RetentionConfig.isPattern(bad)).isFalse();
    }
  }

  /** Every field that the schema requires is required, and every one that it has is read. */
  private void assertEntries(String path, String list, String own) throws Exception {
    String document = "{\"retention\":{\"" + list + "\":[{%s}]}}";
    List<String> fields =
        List.of(own, "\"metricPattern\":\"m\"", "\"retention\":\"7d\"", "\"tenant\":\"t\"");
    LimitsDocument whole = parsed(document.formatted(String.join(",", fields)));
    assertThat(whole.ignored()).isEmpty();
    assertThat(at(path + "/properties").keySet()).hasSize(fields.size());
    List<?> required = (List<?>) Objects.requireNonNull(at(path).get("required"));
    for (String field : fields) {
      String name = field.substring(1, field.indexOf('"', 1));
      assertThat(at(path + "/properties").containsKey(name)).as(name).isTrue();
      String rest =
          String.join(",", fields.stream().filter(other -> !other.equals(field)).toList());
      if (required.contains(name)) {
        assertThatThrownBy(() -> parsed(document.formatted(rest)))
            .hasMessageContaining(name + " is missing");
      } else {
        parsed(document.formatted(rest));
      }
    }
  }

  @Test
  void versionAndTenants_haveTheReadersBounds() throws Exception {
    Map<?, ?> version = at("properties/version");
    assertThat(number(version, "minimum")).isEqualTo(1);
    assertThat(number(version, "maximum")).isEqualTo(LimitsDocument.VERSION_MAX);
    parsed("{\"version\":" + LimitsDocument.VERSION_MAX + "}");
    assertRefused("{\"version\":0}");
    assertThat(number(at("properties/tenants"), "maxProperties"))
        .isEqualTo(LimitsDocument.TENANTS_MAX);
    Pattern names = Pattern.compile((String) at("properties/tenants/propertyNames").get("pattern"));
    for (String good : List.of("a", "A.b_c-9", "x".repeat(128))) {
      assertThat(good).matches(names);
      parsed("{\"tenants\":{\"" + good + "\":{}}}");
    }
    for (String bad : List.of("", "a b", "é", "x".repeat(129))) {
      assertThat(bad).doesNotMatch(names);
      assertThatThrownBy(() -> parsed("{\"tenants\":{\"" + bad + "\":{}}}"))
          .hasMessageContaining("is no tenant");
    }
  }
}
