// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/** A document as servers are told it. */
public final class PublishedDocument {
  private final String text;
  private final DocumentContent content;

  private PublishedDocument(String text) {
    this.text = text;
    this.content = DocumentContent.read(text);
  }

  /**
   * What was published, gzip or not.
   *
   * @throws IllegalArgumentException if it is no document that an operator wrote. Then what counted
   *     before is not known, and everything is held, as without any.
   */
  public static PublishedDocument read(byte[] bytes) {
    return new PublishedDocument(GzipText.read(bytes));
  }

  static PublishedDocument of(String text) {
    return new PublishedDocument(text);
  }

  public long version() {
    return content.version();
  }

  /** JSON, as it is pushed. */
  public String text() {
    return text;
  }

  /** As it stands in a ConfigMap. */
  public byte[] gzip() {
    return GzipText.write(text);
  }

  /** Of the text, as servers answer it. */
  public String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether both say the same, whatever their versions are. */
  boolean saysTheSame(PublishedDocument other) {
    return content.saysTheSame(other.content);
  }

  Optional<RetentionSection> retention() {
    return content.retention();
  }

  Set<String> tenants() {
    return content.tenants();
  }

  /** Names of the policies that it has. */
  Set<String> policies() {
    return content.policies();
  }
}
