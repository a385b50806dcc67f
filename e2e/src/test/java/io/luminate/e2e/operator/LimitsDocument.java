// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.operator.document.PublishedDocument;
import io.luminate.operator.objects.PodFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What an operator has published of a cluster.
 *
 * @param text JSON, the same for the same content and version
 */
record LimitsDocument(long version, String text) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A scope whose bytes stay until then, whatever queries see. */
  record Hold(String pattern, String retention, Instant bytesUntil) {
    private static Hold of(JsonNode held) {
      return new Hold(
          held.get("metricPattern").textValue(),
          held.get("retention").textValue(),
          Instant.parse(held.get("bytesUntil").textValue()));
    }
  }

  /** The one of a cluster, as it is now. */
  static LimitsDocument of(TestNamespace namespace, String cluster) {
    return of(
        namespace
            .client()
            .configMaps()
            .inNamespace(namespace.name())
            .withName(cluster + "-limits")
            .require());
  }

  static LimitsDocument of(ConfigMap configMap) {
    byte[] bytes = Base64.getDecoder().decode(configMap.getBinaryData().get(PodFiles.LIMITS_KEY));
    PublishedDocument document = PublishedDocument.read(bytes);
    return new LimitsDocument(document.version(), document.text());
  }

  /** The first with that pattern; of the same pattern there may be others, of tenants. */
  Optional<Hold> held(String pattern) {
    return elements("held").stream()
        .map(Hold::of)
        .filter(hold -> hold.pattern().equals(pattern))
        .findFirst();
  }

  /** Names of the policies that count. */
  List<String> policies() {
    return elements("policies").stream().map(policy -> policy.get("name").textValue()).toList();
  }

  private List<JsonNode> elements(String field) {
    try {
      JsonNode array = JSON.readTree(text).path("retention").path(field);
      return StreamSupport.stream(array.spliterator(), false).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
