// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.document;

import io.luminate.model.TenantId;
import io.luminate.server.config.TenantLimit;
import io.luminate.server.limits.document.DocumentTokens.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads a document, JSON or the part of YAML that says the same, strictly: known fields have to be
 * right, all of them. Fields that are not known are for newer servers, and are skipped. An absent
 * field and one that is null are the same.
 */
public final class DocumentReader {
  /** Inflated; 200 000 tenants with two limits each take half of it. */
  public static final int BYTES_MAX = 16 << 20;

  private static final int IGNORED_MAX = 20;

  private static final Set<String> SECTIONS =
      Set.of("rateLimits", "cardinalityLimits", "queryLimits");

  private final DocumentTokens tokens;
  private final Map<Overrides, Overrides> shared = new HashMap<>();
  private final List<String> ignored = new ArrayList<>();
  private OptionalLong version = OptionalLong.empty();
  private Overrides defaults = Overrides.NONE;
  private Optional<DocumentRetention> retention = Optional.empty();
  private final Map<TenantId, Overrides> tenants = new HashMap<>();

  private DocumentReader(DocumentTokens tokens) {
    this.tokens = tokens;
  }

  /** The document in these bytes, which may be gzip. */
  public static LimitsDocument read(byte[] bytes) throws DocumentFault {
    DocumentText text = DocumentText.of(bytes);
    try (DocumentTokens tokens = tokens(text)) {
      return new DocumentReader(tokens).document(text.sha256());
    } catch (IOException e) {
      throw DocumentFault.at("", "is not valid UTF-8");
    }
  }

  private static DocumentTokens tokens(DocumentText text) throws IOException, DocumentFault {
    if (text.looksLikeJson()) {
      return new JsonTokens(text.reader());
    }
    text.checkLines();
    return new YamlTokens(text.reader(), BYTES_MAX);
  }

  /** The same, of who has to give a version. */
  public static LimitsDocument readVersioned(byte[] bytes) throws DocumentFault {
    LimitsDocument document = read(bytes);
    if (document.version().isEmpty()) {
      throw DocumentFault.at("version", "is missing");
    }
    return document;
  }

  private LimitsDocument document(String sha256) throws IOException, DocumentFault {
    if (tokens.next() != Kind.OBJECT) {
      throw DocumentFault.at("", "must be an object");
    }
    while (tokens.next() == Kind.NAME) {
      switch (tokens.text()) {
        case "version" -> version = version();
        case "defaults" -> defaults = overrides(tokens.next());
        case "tenants" -> tenants();
        case "retention" -> retention = new RetentionReader(this, tokens).read();
        default -> ignore();
      }
    }
    if (tokens.next() != Kind.END) {
      throw DocumentFault.at("", "is followed by something");
    }
    return new LimitsDocument(
        version,
        defaults,
        Collections.unmodifiableMap(tenants),
        retention,
        sha256,
        List.copyOf(ignored));
  }

  private OptionalLong version() throws IOException, DocumentFault {
    Kind kind = tokens.next();
    if (kind == Kind.NULL) {
      return OptionalLong.empty();
    }
    String allowed = "a whole number from 1 to " + LimitsDocument.VERSION_MAX;
    String text = scalar(kind, allowed);
    if (kind != Kind.NUMBER || !text.matches("[0-9]{1,16}")) {
      throw notAllowed(text, allowed);
    }
    long number = Long.parseLong(text);
    if (number < 1 || number > LimitsDocument.VERSION_MAX) {
      throw notAllowed(text, allowed);
    }
    return OptionalLong.of(number);
  }

  private void tenants() throws IOException, DocumentFault {
    if (!object(tokens.next())) {
      return;
    }
    while (tokens.next() == Kind.NAME) {
      TenantId tenant = tenant(tokens.text());
      if (tenants.size() == LimitsDocument.TENANTS_MAX) {
        throw DocumentFault.over(
            "tenants",
            "has too many tenants",
            "max_tenants",
            LimitsDocument.TENANTS_MAX,
            LimitsDocument.TENANTS_MAX + 1L);
      }
      tenants.put(tenant, overrides(tokens.next()));
    }
  }

  TenantId tenant(String name) throws DocumentFault {
    try {
      return new TenantId(name);
    } catch (IllegalArgumentException e) {
      throw DocumentFault.at(tokens.path(), "is no tenant: " + e.getMessage());
    }
  }

  private Overrides overrides(Kind first) throws IOException, DocumentFault {
    if (!object(first)) {
      return Overrides.NONE;
    }
    String path = tokens.path();
    Map<TenantLimit, Long> given = new EnumMap<>(TenantLimit.class);
    while (tokens.next() == Kind.NAME) {
      String section = tokens.text();
      if (SECTIONS.contains(section)) {
        section(section, given);
      } else {
        ignore();
      }
    }
    checkTimeouts(path, given);
    Overrides overrides = new Overrides(given);
    return shared.computeIfAbsent(overrides, same -> same);
  }

  private void section(String section, Map<TenantLimit, Long> given)
      throws IOException, DocumentFault {
    if (!object(tokens.next())) {
      return;
    }
    while (tokens.next() == Kind.NAME) {
      Optional<TenantLimit> limit = TenantLimit.of(section, tokens.text());
      if (limit.isEmpty()) {
        ignore();
        continue;
      }
      Kind kind = tokens.next();
      if (kind != Kind.NULL) {
        given.put(limit.get(), value(kind, limit.get()));
      }
    }
  }

  private long value(Kind kind, TenantLimit limit) throws IOException, DocumentFault {
    String text = scalar(kind, limit.allowed());
    if ((kind == Kind.NUMBER) != limit.isNumber()) {
      throw notAllowed(text, limit.allowed());
    }
    try {
      return limit.read(text);
    } catch (IllegalArgumentException e) {
      throw notAllowed(text, limit.allowed());
    }
  }

  /** One that is inherited gives way to the other; two that are given have to agree. */
  private static void checkTimeouts(String path, Map<TenantLimit, Long> given)
      throws DocumentFault {
    Long most = given.get(TenantLimit.MAX_QUERY_TIMEOUT);
    Long usual = given.get(TenantLimit.DEFAULT_QUERY_TIMEOUT);
    if (most != null && usual != null && usual > most) {
      throw DocumentFault.at(
          path + ".queryLimits.defaultQueryTimeout",
          "is %s, longer than maxQueryTimeout, which is %s"
              .formatted(
                  TenantLimit.DEFAULT_QUERY_TIMEOUT.text(usual),
                  TenantLimit.MAX_QUERY_TIMEOUT.text(most)));
    }
  }

  /** Whether an object begins here; null counts as none. */
  boolean object(Kind kind) throws DocumentFault {
    return switch (kind) {
      case OBJECT -> true;
      case NULL -> false;
      case LIST, TEXT, NUMBER, BOOLEAN, NAME, END_OBJECT, END_LIST, END ->
          throw DocumentFault.at(tokens.path(), "must be an object");
    };
  }

  String scalar(Kind kind, String allowed) throws IOException, DocumentFault {
    return switch (kind) {
      case TEXT, NUMBER, BOOLEAN -> tokens.text();
      case OBJECT, LIST, NULL, NAME, END_OBJECT, END_LIST, END ->
          throw DocumentFault.at(
              tokens.path(),
              "expected " + allowed,
              Map.of("field", tokens.path(), "allowed", allowed));
    };
  }

  DocumentFault notAllowed(String text, String allowed) {
    String path = tokens.path();
    String shown = DocumentTokens.shown(text);
    return DocumentFault.at(
        path,
        "got \"" + shown + "\", expected " + allowed,
        Map.of("field", path, "allowed", allowed, "received", shown));
  }

  void ignore() throws IOException, DocumentFault {
    String path = tokens.path();
    if (ignored.size() < IGNORED_MAX) {
      ignored.add(path);
    }
    tokens.skip(tokens.next());
  }
}
