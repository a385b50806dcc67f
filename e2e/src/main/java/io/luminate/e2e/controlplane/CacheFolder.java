// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.controlplane;

import java.nio.file.Path;
import java.util.Map;

/** Where things are kept that are fetched or built once, outside the tree. */
final class CacheFolder {
  private CacheFolder() {}

  /** {@code LUMINATE_CACHE}, else {@code luminate} in {@code XDG_CACHE_HOME}, else in ~/.cache. */
  static Path of(Map<String, String> environment) {
    String own = environment.getOrDefault("LUMINATE_CACHE", "");
    if (!own.isEmpty()) {
      return Path.of(own);
    }
    String users = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path caches =
        users.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(users);
    return caches.resolve("luminate");
  }
}
