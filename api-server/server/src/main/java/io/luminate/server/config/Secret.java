// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.nio.charset.StandardCharsets;

/** A text that must not reach a log, a message or a reply: {@code toString} hides it. */
public final class Secret {
  private final String text;

  public Secret(String text) {
    this.text = text;
  }

  /** The secret itself; the caller keeps it out of messages. */
  public byte[] revealBytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The secret itself; the caller keeps it out of messages. */
  public String reveal() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && text.equals(secret.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
