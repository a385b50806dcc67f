// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

/** The server's log. */
public record LoggingConfig(Level level, Format format, Output output) {
  /** The least severe message that is written. */
  public enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  /** One JSON object per line, or text for people. */
  public enum Format {
    JSON,
    TEXT
  }

  /** Files are the business of whatever runs the process. */
  public enum Output {
    STDOUT,
    STDERR
  }
}
