// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The listeners for probes and scrapers, and for the operator.
 *
 * @param internalTokenFile empty: there is no internal listener
 */
public record ManagementConfig(String host, int port, int internalPort, String internalTokenFile) {
  /** The file with the internal listener's tokens, where there is such a listener. */
  public Optional<Path> internalTokenPath() {
    return internalTokenFile.isEmpty() ? Optional.empty() : Optional.of(Path.of(internalTokenFile));
  }
}
