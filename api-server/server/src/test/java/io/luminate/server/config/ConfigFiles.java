// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Loads settings as the server does, from texts. */
final class ConfigFiles {
  /** What makes the defaults start: a secret, given as a user gives it. */
  static final Map<String, String> SECRET =
      Map.of("LUMINATE_AUTH_JWT_SECRET", "0123456789abcdef0123456789abcdef");

  private ConfigFiles() {}

  static LuminateConfig load(Path folder, String yaml, Map<String, String> environment)
      throws ConfigException {
    return loaded(folder, yaml, environment).config();
  }

  static LoadedConfig loaded(Path folder, String yaml, Map<String, String> environment)
      throws ConfigException {
    return ConfigLoader.load(
        CommandLine.parse(List.of("--config", write(folder, yaml).toString())), environment);
  }

  static LuminateConfig load(Map<String, String> environment) throws ConfigException {
    return ConfigLoader.load(CommandLine.parse(List.of()), environment).config();
  }

  static Path write(Path folder, String yaml) {
    try {
      return Files.writeString(folder.resolve("config.yaml"), yaml);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** {@code a.b.c} and {@code 7} as {@code a: {b: {c: 7}}}. */
  static String yamlOf(String path, String value) {
    String[] names = path.split("\\.");
    return String.join(": {", names) + ": " + value + "}".repeat(names.length - 1) + "\n";
  }
}
