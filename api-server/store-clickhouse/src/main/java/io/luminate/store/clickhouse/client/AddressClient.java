// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ClientFaultCause;
import io.luminate.store.clickhouse.client.ClickHouseAccess.Connections;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * The connections to one address: those of one pool stay open, those of the other one, which is
 * used while all of the first are busy, and anew, are closed behind each statement.
 */
final class AddressClient implements AutoCloseable {
  private static final long CONNECT_MILLIS = 3_000;

  /** While all connections are in use. */
  private static final long WAIT_MILLIS = 5_000;

  private final Optional<Client> lasting;
  private final Client passing;
  private final boolean overflows;
  private final Semaphore lastingFree;

  @FunctionalInterface
  interface Exchange<T> {
    T with(Client client) throws Exception;
  }

  AddressClient(ClickHouseAccess access, String address) {
    Connections connections = access.connections();
    int passingMax = connections.max() - connections.idleMax();
    this.lastingFree = new Semaphore(connections.idleMax());
    this.lasting =
        connections.idleMax() == 0
            ? Optional.empty()
            : Optional.of(pool(access, address, connections.idleMax()).build());
    this.overflows = passingMax > 0;
    this.passing =
        pool(access, address, overflows ? passingMax : connections.max())
            .httpHeader("Connection", "close")
            .build();
  }

  private static Client.Builder pool(ClickHouseAccess access, String address, int connections) {
    Client.Builder builder =
        new Client.Builder()
            .setUsername(access.username())
            .setPassword(access.password())
            .setDefaultDatabase(access.database())
            .setMaxConnections(connections)
            .setConnectionTTL(access.connections().lifetime().toMillis(), ChronoUnit.MILLIS)
            .setConnectTimeout(CONNECT_MILLIS, ChronoUnit.MILLIS)
            .setConnectionRequestTimeout(WAIT_MILLIS, ChronoUnit.MILLIS)
            .compressClientRequest(true)
            .compressServerResponse(true)
            .retryOnFailures(ClientFaultCause.None)
            .setMaxRetries(0)
            .setClientName("luminate")
            .addEndpoint(address.contains("://") ? address : "http://" + address);
    access.trusted().ifPresent(file -> builder.setRootCertificate(file.toString()));
    return builder;
  }

  <T> T exchange(Exchange<T> exchange) throws Exception {
    if (!overflows) {
      return exchange.with(lasting.orElseThrow());
    }
    if (!lastingFree.tryAcquire()) {
      return exchange.with(passing);
    }
    try {
      return exchange.with(lasting.orElseThrow());
    } finally {
      lastingFree.release();
    }
  }

  /**
   * Over a connection made for it. When a server has gone it has closed all that stayed open, of
   * which any other may be the next.
   */
  <T> T exchangeAnew(Exchange<T> exchange) throws Exception {
    return exchange.with(passing);
  }

  @Override
  public void close() {
    lasting.ifPresent(Client::close);
    passing.close();
  }
}
