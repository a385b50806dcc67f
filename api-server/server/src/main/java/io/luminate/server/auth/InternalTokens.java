// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import io.luminate.server.config.ConfigException;
import io.luminate.server.config.ConfigProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of the internal port: the one in the file, and while it is being replaced the one in
 * the file {@code previous} beside it. Both are read for each request, of which there are few, so
 * that a new token counts at once. Safe for use by many threads.
 */
public final class InternalTokens {
  static final int LENGTH_MIN = 32;

  private static final int BYTES_MAX = 4 << 10;
  private static final String KEY = "management.internal_token_file";
  private static final String PREVIOUS = "previous";
  private static final String SCHEME = "Bearer ";

  private static final Logger LOG = LoggerFactory.getLogger(InternalTokens.class);

  /** What a file held: a token by its digest, or what is wrong with it. */
  private sealed interface Read {
    /** A token. */
    record Token(byte[] digest) implements Read {}

    /** No token. */
    record Nothing(String why) implements Read {}
  }

  private final Path current;
  private final Path previous;
  private volatile Read.Token lastGood;
  private volatile String lastProblem = "";

  private InternalTokens(Path current, Read.Token token) {
    this.current = current;
    this.previous = current.resolveSibling(PREVIOUS);
    this.lastGood = token;
  }

  /**
   * The tokens in the file, and beside it.
   *
   * @throws ConfigException when the file has no good token
   */
  public static InternalTokens open(Path file) throws ConfigException {
    return switch (read(file)) {
      case Read.Token token -> new InternalTokens(file, token);
      case Read.Nothing nothing ->
          throw new ConfigException(
              List.of(new ConfigProblem("", KEY, file + " " + nothing.why())));
    };
  }

  /**
   * Lets in who has a token.
   *
   * @param header the value of {@code Authorization}, {@code ""} where there is none
   * @throws AuthException for everybody else
   */
  public void check(String header) {
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()) || header.length() > BYTES_MAX) {
      throw AuthException.unauthorized("a token is needed: Authorization: Bearer <token>");
    }
    byte[] given = digest(header.substring(SCHEME.length()).strip());
    boolean isCurrent = MessageDigest.isEqual(given, current().digest());
    boolean isPrevious =
        read(previous) instanceof Read.Token token && MessageDigest.isEqual(given, token.digest());
    if (!isCurrent && !isPrevious) {
      throw AuthException.unauthorized("the token is not that of the internal port");
    }
  }

  /** A file that cannot be read must not lock out who could put it right. */
  private Read.Token current() {
    switch (read(current)) {
      case Read.Token token -> {
        lastGood = token;
        lastProblem = "";
      }
      case Read.Nothing nothing -> {
        if (!nothing.why().equals(lastProblem)) {
          lastProblem = nothing.why();
          LOG.warn("{} {}; the last token stays in use", current, nothing.why());
        }
      }
    }
    return lastGood;
  }

  private static Read read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8).strip();
      return text.length() < LENGTH_MIN
          ? new Read.Nothing(
              "has a token of %d characters, at least %d are needed"
                  .formatted(text.length(), LENGTH_MIN))
          : new Read.Token(digest(text));
    } catch (NoSuchFileException e) {
      return new Read.Nothing("is not there");
    } catch (IOException e) {
      return new Read.Nothing(
          "cannot be read: " + Optional.ofNullable(e.getMessage()).orElse("no details"));
    }
  }

  /** Digests have one length, so that comparing them says nothing about that of the token. */
  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
