// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.util.List;
import java.util.Locale;

/**
 * One setting.
 *
 * @param path where it stands in the file, such as {@code server.port}
 * @param fallback the default, written as in the file; commas separate a list
 * @param hidden whether its value must not be shown
 */
record ConfigKey<T>(String path, ValueType<T> type, String fallback, boolean hidden) {
  private static final String STORAGE = "storage.";

  /** The variables that set it; keys of the storage section may leave {@code STORAGE_} out. */
  List<String> environmentNames() {
    String full = environmentName(path);
    return path.startsWith(STORAGE)
        ? List.of(full, environmentName(path.substring(STORAGE.length())))
        : List.of(full);
  }

  /** The section it stands in, {@code ""} for the file's top. */
  String section() {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  private static String environmentName(String path) {
    return "LUMINATE_" + path.replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
