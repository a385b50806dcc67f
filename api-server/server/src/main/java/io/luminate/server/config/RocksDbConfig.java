// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.nio.file.Path;

/** The embedded store. */
public record RocksDbConfig(Path dataDir, Durability durability) {
  /** What an acknowledged write survives. */
  public enum Durability {
    /** Power loss: the journal is forced to disk before the reply. */
    DISK,
    /** {@code kill -9}: the operating system has the bytes before the reply. */
    PROCESS
  }
}
