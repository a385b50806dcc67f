// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where ClickHouse is and as whom to talk to it.
 *
 * @param addresses HTTP interfaces, {@code host:8123} or a URL, one of which is used until it fails
 * @param trusted PEM file of the certificates that those of {@code https} addresses are trusted by;
 *     the platform's own if it is absent
 */
public record ClickHouseAccess(
    List<String> addresses,
    String database,
    String username,
    String password,
    Connections connections,
    Optional<Path> trusted) {

  /**
   * To each address.
   *
   * @param max open at the same time; further statements wait
   * @param idleMax of them that stay open when nobody needs them
   * @param lifetime after which a connection is not used again
   */
  public record Connections(int max, int idleMax, Duration lifetime) {
    public Connections {
      if (max < 1 || idleMax < 0) {
        throw new IllegalArgumentException(
            "connections must be at least 1 and idle ones 0, got " + max + " and " + idleMax);
      }
      idleMax = Math.min(max, idleMax);
    }
  }

  public ClickHouseAccess {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("addresses of ClickHouse: at least one is needed");
    }
  }

  public ClickHouseAccess(
      List<String> addresses,
      String database,
      String username,
      String password,
      int connectionsMax,
      Duration connectionLifetime) {
    this(
        addresses,
        database,
        username,
        password,
        new Connections(connectionsMax, connectionsMax, connectionLifetime),
        Optional.empty());
  }

  public ClickHouseAccess toDatabase(String other) {
    return new ClickHouseAccess(addresses, other, username, password, connections, trusted);
  }

  /** The same of other servers. */
  public ClickHouseAccess at(List<String> others) {
    return new ClickHouseAccess(others, database, username, password, connections, trusted);
  }

  /** The same with other connections. */
  public ClickHouseAccess with(Connections others) {
    return new ClickHouseAccess(addresses, database, username, password, others, trusted);
  }

  /** Never the password. */
  @Override
  public String toString() {
    return username + "@" + addresses + "/" + database;
  }
}
