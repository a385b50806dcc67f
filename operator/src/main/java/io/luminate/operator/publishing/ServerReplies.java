// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.luminate.operator.document.NextDocument;
import io.luminate.operator.document.PodAnswer;
import io.luminate.operator.document.PublishedDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads what servers reply. All that no server says is an {@link IllegalArgumentException}. */
final class ServerReplies {
  /** As much as a condition's message can well have of it. */
  private static final int TEXT_CHARS_MAX = 500;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private ServerReplies() {}

  static JsonNode object(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      if (json.isObject()) {
        return json;
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException("no JSON", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("bytes in memory cannot fail", e);
    }
    throw new IllegalArgumentException("not an object");
  }

  static PodState state(JsonNode json) {
    if (!json.path("since").isTextual() || !json.path("replicas").isObject()) {
      throw new IllegalArgumentException("not a server's state");
    }
    Optional<PodAnswer> document =
        json.has("version")
            ? Optional.of(new PodAnswer(version(json), sha256(json)))
            : Optional.empty();
    JsonNode replicas = json.path("replicas");
    return new PodState(
        document, replicas.has("sequence") ? Optional.of(share(replicas)) : Optional.empty());
  }

  static PublishedDocument document(JsonNode json) {
    return PublishedDocument.read(
        json.path("document").toString().getBytes(StandardCharsets.UTF_8));
  }

  static long version(JsonNode json) {
    return number(json, "version", 1, NextDocument.VERSION_MAX);
  }

  static Share share(JsonNode json) {
    return new Share(
        number(json, "sequence", 0, Share.SEQUENCE_MAX),
        (int) number(json, "replicas", 1, Share.REPLICAS_MAX));
  }

  static RetentionProgress retention(JsonNode json) {
    JsonNode ttl = json.path("ttl");
    return new RetentionProgress(
        number(json, "documentVersion", 0, NextDocument.VERSION_MAX),
        ttl.isObject() ? Optional.of(ttl(ttl)) : Optional.empty());
  }

  private static RetentionProgress.Ttl ttl(JsonNode ttl) {
    if (!ttl.path("done").isBoolean()) {
      throw new IllegalArgumentException("done is no boolean");
    }
    return new RetentionProgress.Ttl(
        ttl.path("done").booleanValue(),
        number(ttl, "partsToDo", 0, Long.MAX_VALUE),
        Optional.ofNullable(ttl.path("error").textValue()).map(ServerReplies::plain));
  }

  static StorageAnswer storage(JsonNode json) {
    JsonNode storage = json.path("storage");
    StorageAnswer.Status status =
        switch (storage.path("status").asText()) {
          case "healthy" -> StorageAnswer.Status.HEALTHY;
          case "read_only" -> StorageAnswer.Status.READ_ONLY;
          case "unavailable" -> StorageAnswer.Status.UNAVAILABLE;
          default -> throw new IllegalArgumentException("not a storage's status");
        };
    return new StorageAnswer(status, plain(storage.path("error").asText()));
  }

  /** A server whose store is away knows nothing of its tenants, and says nothing of the store. */
  static UseAnswer use(JsonNode json) {
    if (!json.path("store").isObject()
        || !json.path("tenants").isObject()
        || !json.path("truncated").isBoolean()) {
      throw new IllegalArgumentException("nobody's use");
    }
    Map<String, NavigableSet<NearLimit>> near = new TreeMap<>();
    json.path("tenants")
        .properties()
        .forEach(tenant -> near.put(tenant.getKey(), near(tenant.getValue().path("nearLimit"))));
    near.values().removeIf(NavigableSet::isEmpty);
    return new UseAnswer(near, near.isEmpty() || !json.path("truncated").booleanValue());
  }

  private static NavigableSet<NearLimit> near(JsonNode limits) {
    TreeSet<NearLimit> near = new TreeSet<>();
    for (JsonNode limit : limits) {
      near.add(new NearLimit(text(limit, "limit"), text(limit, "metric")));
      if (near.size() > UseAnswer.LIMITS_MAX) {
        near.pollLast();
      }
    }
    return near;
  }

  private static String text(JsonNode json, String field) {
    return plain(json.path(field).asText());
  }

  /** Of an error. */
  static String message(JsonNode json) {
    JsonNode error = json.path("error");
    if (!error.path("code").isTextual() || !error.path("message").isTextual()) {
      throw new IllegalArgumentException("not a server's error");
    }
    return error.path("code").textValue() + ": " + error.path("message").textValue();
  }

  private static String sha256(JsonNode json) {
    String sha256 = json.path("sha256").asText();
    if (!SHA256.matcher(sha256).matches()) {
      throw new IllegalArgumentException("sha256 is none");
    }
    return sha256;
  }

  private static long number(JsonNode json, String field, long min, long max) {
    JsonNode node = json.path(field);
    OptionalLong number =
        node.isIntegralNumber() && node.canConvertToLong()
            ? OptionalLong.of(node.longValue())
            : OptionalLong.empty();
    return number.stream()
        .filter(one -> one >= min && one <= max)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(field + " is no such number"));
  }

  /** One line that is not too long, whatever was sent. */
  static String plain(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= TEXT_CHARS_MAX ? line : line.substring(0, TEXT_CHARS_MAX) + "…";
  }
}
