// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

/**
 * One thing wrong with the configuration.
 *
 * @param origin where it was said: {@code config.yaml:12}, an environment variable, a flag
 */
public record ConfigProblem(String origin, String key, String message) {
  @Override
  public String toString() {
    String where = origin.isEmpty() ? "" : origin + ": ";
    return where + (key.isEmpty() ? "" : key + ": ") + message;
  }
}
