// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.e2e.operator.OperatorRights.Ask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What operators have asked the API server for, and were let, by its audit log. */
final class UsedRights {
  private static final String ACCOUNT = ":luminate-operator";

  private UsedRights() {}

  static Set<Ask> of(Path auditLog) throws IOException {
    try (Stream<String> lines = Files.lines(auditLog)) {
      return lines.flatMap(UsedRights::of).collect(Collectors.toSet());
    }
  }

  private static Stream<Ask> of(String line) {
    JsonNode event = event(line);
    JsonNode object = event.path("objectRef");
    if (!event.at("/user/username").asText().endsWith(ACCOUNT)
        || !event.at("/annotations/authorization.k8s.io~1decision").asText().equals("allow")
        || !object.has("resource")) {
      return Stream.of();
    }
    String verb = event.path("verb").asText();
    Stream<String> verbs =
        // An apply of what is not there yet wants the right to create it too.
        verb.equals("patch") && event.at("/responseStatus/code").asInt() == 201
            ? Stream.of(verb, "create")
            : Stream.of(verb);
    return verbs.map(one -> new Ask(object.path("apiGroup").asText(), resource(object), one));
  }

  /** As roles name it. */
  private static String resource(JsonNode object) {
    String resource = object.path("resource").asText();
    return object.has("subresource")
        ? resource + "/" + object.path("subresource").asText()
        : resource;
  }

  private static JsonNode event(String line) {
    try {
      return Serialization.jsonMapper().readTree(line);
    } catch (JsonProcessingException halfALine) {
      // A scenario kills the API server, maybe while it writes one.
      return Serialization.jsonMapper().createObjectNode();
    }
  }
}
