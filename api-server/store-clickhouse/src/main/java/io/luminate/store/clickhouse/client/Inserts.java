// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ClientFaultCause;
import com.clickhouse.client.api.ConnectionInitiationException;
import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.insert.InsertResponse;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import io.luminate.store.clickhouse.client.ClickHouseAccess.Connections;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;

/**
 * Inserts into one address over ClickHouse's library, LZ4 on the way. The connections of one pool
 * stay open, those of the other one, which is used while all of the first are busy, are closed
 * behind each insert. Few clients insert: the pools are made for the first insert.
 */
final class Inserts implements AutoCloseable {
  private static final long CONNECT_MILLIS = 3_000;

  private final ClickHouseAccess access;
  private final Endpoint endpoint;
  private final String name;
  private final Semaphore lastingFree;
  private Optional<Pools> made = Optional.empty();

  private record Pools(Client lasting, Client passing) {}

  Inserts(ClickHouseAccess access, Endpoint endpoint, String name) {
    this.access = access;
    this.endpoint = endpoint;
    this.name = name;
    this.lastingFree = new Semaphore(access.connections().idleMax());
  }

  /** The text of the statement is the table's name. */
  void insert(Statement statement, List<String> columns, InsertBody body) {
    boolean lasting = lastingFree.tryAcquire();
    try {
      Pools pools = pools();
      insert(lasting ? pools.lasting() : pools.passing(), statement, columns, body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ClickHouseFailure.noAnswer(name, e);
    } catch (Exception e) {
      throw failure(e);
    } finally {
      if (lasting) {
        lastingFree.release();
      }
    }
  }

  private static void insert(
      Client client, Statement statement, List<String> columns, InsertBody body) throws Exception {
    try (InsertResponse response =
        client
            .insert(
                statement.sql(),
                columns,
                body::writeTo,
                ClickHouseFormat.Native,
                settings(statement))
            .get()) {
      response.getWrittenRows();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static InsertSettings settings(Statement statement) {
    InsertSettings settings = new InsertSettings();
    statement.settings().forEach(settings::serverSetting);
    settings.setNetworkTimeout(statement.timeout().toMillis(), ChronoUnit.MILLIS);
    if (!statement.queryId().isEmpty()) {
      settings.setQueryId(statement.queryId());
    }
    return settings;
  }

  private synchronized Pools pools() {
    if (made.isEmpty()) {
      Connections connections = access.connections();
      made =
          Optional.of(
              new Pools(
                  pool(Math.max(1, connections.idleMax())).build(),
                  pool(connections.max()).httpHeader("Connection", "close").build()));
    }
    return made.get();
  }

  private Client.Builder pool(int connections) {
    Client.Builder builder =
        new Client.Builder()
            .setUsername(access.username())
            .setPassword(access.password())
            .setDefaultDatabase(access.database())
            .setMaxConnections(connections)
            .setConnectionTTL(access.connections().lifetime().toMillis(), ChronoUnit.MILLIS)
            .setConnectTimeout(CONNECT_MILLIS, ChronoUnit.MILLIS)
            .compressClientRequest(true)
            .retryOnFailures(ClientFaultCause.None)
            .setMaxRetries(0)
            .setClientName("luminate")
            .addEndpoint(endpoint.url());
    access.trusted().ifPresent(file -> builder.setRootCertificate(file.toString()));
    return builder;
  }

  private ClickHouseFailure failure(Exception failure) {
    Throwable deepest = failure;
    while (!(deepest instanceof ServerException) && deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    if (deepest instanceof ServerException server) {
      return ClickHouseFailure.refused(server.getCode(), String.valueOf(server.getMessage()));
    }
    return sent(failure, deepest)
        ? ClickHouseFailure.noAnswer(name, deepest)
        : ClickHouseFailure.noConnection(name, deepest);
  }

  /**
   * Whether a server may have seen the insert. The library calls it a connection that was not
   * initiated also when the other side closed one in place of an answer: that it may have done
   * because it was killed with the rows already stored.
   */
  private static boolean sent(Exception failure, Throwable deepest) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ConnectionInitiationException) {
        return !(deepest instanceof ConnectException
            || deepest instanceof UnknownHostException
            || deepest instanceof NoRouteToHostException
            // Of making a connection; one that waits for an answer is wrapped otherwise.
            || deepest instanceof InterruptedIOException);
      }
    }
    return true;
  }

  @Override
  public synchronized void close() {
    made.ifPresent(
        pools -> {
          pools.lasting().close();
          pools.passing().close();
        });
  }
}
