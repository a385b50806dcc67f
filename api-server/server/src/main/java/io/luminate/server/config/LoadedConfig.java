// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.util.List;

/**
 * A configuration that can be used.
 *
 * @param warnings for the log
 * @param settings every key with its value and origin, secrets hidden: what {@code --check-config}
 *     prints
 */
public record LoadedConfig(LuminateConfig config, List<String> warnings, List<String> settings) {
  public LoadedConfig {
    warnings = List.copyOf(warnings);
    settings = List.copyOf(settings);
  }
}
