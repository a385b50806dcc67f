// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the limits document comes from.
 *
 * @param file empty: there is none, and limits come from the configuration until one is pushed
 * @param pollInterval how often the file is looked at
 */
public record LimitsConfig(String file, Duration pollInterval) {
  public Optional<Path> path() {
    return file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file));
  }
}
