// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.document;

import io.luminate.model.MetricScope;
import io.luminate.model.RetentionHold;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.TenantId;
import io.luminate.server.config.RetentionConfig;
import io.luminate.server.limits.document.DocumentTokens.Kind;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the part of a document that is about retention. */
final class RetentionReader {
  /** Where RFC 3339 ends. */
  private static final Instant INSTANT_END = Instant.parse("9999-12-31T23:59:59Z");

  private final DocumentReader fields;
  private final DocumentTokens tokens;
  private final Set<String> names = new HashSet<>();

  /** The fields of a policy or a hold as they come, in any order. */
  private static final class Entry {
    Optional<String> name = Optional.empty();
    Optional<TenantId> tenant = Optional.empty();
    Optional<String> pattern = Optional.empty();
    Optional<Duration> retention = Optional.empty();
    Optional<Instant> bytesUntil = Optional.empty();

    MetricScope scope(String path) throws DocumentFault {
      return new MetricScope(tenant, required(pattern, path, "metricPattern"));
    }
  }

  @FunctionalInterface
  private interface EntryReader<T> {
    T read(Entry entry, String path) throws DocumentFault;
  }

  RetentionReader(DocumentReader fields, DocumentTokens tokens) {
    this.fields = fields;
    this.tokens = tokens;
  }

  /** Empty where null stands. */
  Optional<DocumentRetention> read() throws IOException, DocumentFault {
    if (!fields.object(tokens.next())) {
      return Optional.empty();
    }
    Optional<Duration> fallback = Optional.empty();
    List<RetentionPolicy> policies = List.of();
    Optional<List<RetentionHold>> held = Optional.empty();
    while (tokens.next() == Kind.NAME) {
      switch (tokens.text()) {
        case "default" -> fallback = retention(tokens.next());
        case "policies" ->
            policies =
                list(RetentionConfig.POLICIES_MAX, "max_policies", this::policy).orElse(List.of());
        case "held" -> held = list(DocumentRetention.HELD_MAX, "max_held", this::hold);
        default -> fields.ignore();
      }
    }
    return Optional.of(new DocumentRetention(fallback, policies, held));
  }

  /** Empty where null stands. */
  private <T> Optional<List<T>> list(int max, String limit, EntryReader<T> reader)
      throws IOException, DocumentFault {
    Kind first = tokens.next();
    String path = tokens.path();
    if (first == Kind.NULL) {
      return Optional.empty();
    }
    if (first != Kind.LIST) {
      throw DocumentFault.at(path, "must be a list");
    }
    List<T> all = new ArrayList<>();
    for (Kind kind = tokens.next(); kind != Kind.END_LIST; kind = tokens.next()) {
      if (all.size() == max) {
        throw DocumentFault.over(path, "has too many entries", limit, max, max + 1L);
      }
      String at = tokens.path();
      if (kind != Kind.OBJECT) {
        throw DocumentFault.at(at, "must be an object");
      }
      all.add(reader.read(entry(), at));
    }
    return Optional.of(all);
  }

  private Entry entry() throws IOException, DocumentFault {
    Entry entry = new Entry();
    while (tokens.next() == Kind.NAME) {
      switch (tokens.text()) {
        case "name" -> entry.name = text("a text of 1 to 253 characters");
        case "tenant" -> entry.tenant = tenant();
        case "metricPattern" -> entry.pattern = pattern();
        case "retention" -> entry.retention = retention(tokens.next());
        case "bytesUntil" -> entry.bytesUntil = instant();
        default -> fields.ignore();
      }
    }
    return entry;
  }

  private RetentionPolicy policy(Entry entry, String path) throws DocumentFault {
    String name = required(entry.name, path, "name");
    if (name.isEmpty() || name.length() > DocumentRetention.NAME_LENGTH_MAX) {
      throw DocumentFault.at(path + ".name", "must have 1 to 253 characters");
    }
    if (!names.add(name)) {
      throw DocumentFault.at(
          path + ".name", "is \"" + DocumentTokens.shown(name) + "\", as of another policy");
    }
    MetricScope scope = entry.scope(path);
    return new RetentionPolicy(
        name, scope.tenant(), scope.metricPattern(), required(entry.retention, path, "retention"));
  }

  private RetentionHold hold(Entry entry, String path) throws DocumentFault {
    return new RetentionHold(
        entry.scope(path),
        required(entry.retention, path, "retention"),
        required(entry.bytesUntil, path, "bytesUntil"));
  }

  private static <T> T required(Optional<T> value, String path, String field) throws DocumentFault {
    return value.orElseThrow(() -> DocumentFault.at(path + "." + field, "is missing"));
  }

  /** Empty where null stands. */
  private Optional<String> text(String allowed) throws IOException, DocumentFault {
    Kind kind = tokens.next();
    if (kind == Kind.NULL) {
      return Optional.empty();
    }
    String text = fields.scalar(kind, allowed);
    // What looks like a number in YAML is a name, too.
    return Optional.of(text);
  }

  private Optional<TenantId> tenant() throws IOException, DocumentFault {
    Optional<String> text = text("a tenant");
    return text.isPresent() ? Optional.of(fields.tenant(text.get())) : Optional.empty();
  }

  private Optional<String> pattern() throws IOException, DocumentFault {
    Optional<String> text = text(RetentionConfig.PATTERN_ALLOWED);
    if (text.isPresent() && !RetentionConfig.isPattern(text.get())) {
      throw fields.notAllowed(text.get(), RetentionConfig.PATTERN_ALLOWED);
    }
    return text;
  }

  private Optional<Duration> retention(Kind kind) throws IOException, DocumentFault {
    if (kind == Kind.NULL) {
      return Optional.empty();
    }
    String text = fields.scalar(kind, RetentionConfig.allowed());
    try {
      if (kind == Kind.TEXT) {
        return Optional.of(RetentionConfig.read(text));
      }
    } catch (IllegalArgumentException outside) {
      // Said below.
    }
    throw fields.notAllowed(text, RetentionConfig.allowed());
  }

  private Optional<Instant> instant() throws IOException, DocumentFault {
    String allowed = "an instant such as 2026-03-01T12:00:00Z";
    Optional<String> text = text(allowed);
    try {
      Optional<Instant> instant = text.map(Instant::parse);
      if (instant.map(i -> i.isBefore(INSTANT_END)).orElse(true)) {
        return instant;
      }
    } catch (DateTimeException notAnInstant) {
      // Said below.
    }
    throw fields.notAllowed(text.orElse(""), allowed);
  }
}
