// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The distributed store.
 *
 * @param readAddresses for queries alone; without any they go to {@code addresses} too
 * @param cluster empty for a single server
 * @param maxQueryMemoryBytes that one query may use in ClickHouse
 */
public record ClickHouseConfig(
    List<String> addresses,
    List<String> readAddresses,
    String database,
    Optional<String> cluster,
    Ownership ownership,
    Login login,
    Acknowledge acknowledge,
    Connections connections,
    long maxQueryMemoryBytes) {

  /** Whose the database is, and whether to take it over from another. */
  public record Ownership(String owner, boolean adopt) {}

  /**
   * @param caFile of certificates that ClickHouse's is trusted by; empty for the platform's own
   */
  public record Login(String username, Secret password, String caFile) {}

  /** Of each of the two sets of addresses. */
  public record Connections(int maxOpen, int maxIdle, Duration maxLifetime) {}

  /** When a write is answered. */
  public enum Acknowledge {
    /** ClickHouse has the points. */
    STORED,
    /** They are in this process's memory, and lost if it dies. */
    BUFFERED
  }
}
