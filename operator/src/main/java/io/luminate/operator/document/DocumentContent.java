// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a document says.
 *
 * @param said all but the version
 * @param retention empty: it does not say all of what counts and is held
 * @param policies names
 */
record DocumentContent(
    long version,
    ObjectNode said,
    Set<String> tenants,
    Set<String> policies,
    Optional<RetentionSection> retention) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * What the text says.
   *
   * @throws IllegalArgumentException if it is no document with a version
   */
  static DocumentContent read(String text) {
    try {
      if (JSON.readTree(text) instanceof ObjectNode document) {
        return of(document);
      }
    } catch (JacksonException | DateTimeException e) {
      throw new IllegalArgumentException("no limits document: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("no limits document: not an object");
  }

  private static DocumentContent of(ObjectNode document) {
    JsonNode version = document.path(DocumentFields.VERSION);
    if (!version.isIntegralNumber() || !version.canConvertToLong() || version.longValue() < 1) {
      throw new IllegalArgumentException("no limits document: it has no version");
    }
    document.remove(DocumentFields.VERSION);
    JsonNode retention = document.path(DocumentFields.RETENTION);
    Set<String> tenants = new LinkedHashSet<>();
    document.path(DocumentFields.TENANTS).fieldNames().forEachRemaining(tenants::add);
    return new DocumentContent(
        version.longValue(), document, tenants, names(retention), section(retention));
  }

  private static Set<String> names(JsonNode retention) {
    Set<String> names = new LinkedHashSet<>();
    retention
        .path(DocumentFields.POLICIES)
        .forEach(policy -> names.add(policy.path(DocumentFields.NAME).asText()));
    return names;
  }

  private static Optional<RetentionSection> section(JsonNode retention) {
    JsonNode held = retention.path(DocumentFields.HELD);
    JsonNode fallback = retention.path(DocumentFields.DEFAULT);
    if (!held.isArray() || !fallback.isTextual()) {
      return Optional.empty();
    }
    RetentionRules rules =
        new RetentionRules(
            Spans.retention(fallback.textValue()),
            each(retention.path(DocumentFields.POLICIES), DocumentContent::rule));
    return Optional.of(new RetentionSection(rules, each(held, DocumentContent::hold)));
  }

  private static <T> List<T> each(JsonNode list, Function<JsonNode, T> read) {
    List<T> all = new ArrayList<>();
    list.forEach(one -> all.add(read.apply(one)));
    return all;
  }

  private static RetentionRule rule(JsonNode policy) {
    return new RetentionRule(text(policy, DocumentFields.NAME), scope(policy), retention(policy));
  }

  private static RetentionHold hold(JsonNode hold) {
    return new RetentionHold(
        scope(hold), retention(hold), Instant.parse(text(hold, DocumentFields.BYTES_UNTIL)));
  }

  private static RetentionScope scope(JsonNode entry) {
    Optional<String> tenant = Optional.ofNullable(entry.path(DocumentFields.TENANT).textValue());
    return new RetentionScope(tenant, text(entry, DocumentFields.METRIC_PATTERN));
  }

  private static Duration retention(JsonNode entry) {
    return Spans.retention(text(entry, DocumentFields.RETENTION));
  }

  private static String text(JsonNode entry, String field) {
    if (!entry.path(field).isTextual()) {
      throw new IllegalArgumentException("no limits document: " + field + " is no text");
    }
    return entry.path(field).textValue();
  }

  boolean saysTheSame(DocumentContent other) {
    return said.equals(other.said);
  }
}
