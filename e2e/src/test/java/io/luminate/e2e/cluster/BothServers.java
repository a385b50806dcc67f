// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import io.luminate.server.ServerMain;

/** Servers over either store in one JVM, whose classes are those of both. */
final class BothServers {
  private BothServers() {}

  /**
   * Starts them.
   *
   * @param configs a file for each
   */
  public static void main(String[] configs) {
    for (String config : configs) {
      ServerMain.main(new String[] {"--config", config});
    }
  }
}
