// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import io.luminate.store.clickhouse.client.ClickHouseAccess.Connections;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.HttpException;

/**
 * One of ClickHouse's addresses. Statements go over connections of our own, inserts over those of
 * ClickHouse's library; both together have no more at work than there may be.
 */
final class Address implements AutoCloseable {
  /** While all connections are in use. */
  private static final long WAIT_MILLIS = 5_000;

  private final Endpoint endpoint;
  private final String name;
  private final Semaphore free;
  private final HttpConnections connections;
  private final Inserts inserts;

  /**
   * @param name of all addresses, for messages
   */
  Address(ClickHouseAccess access, String address, String name) {
    Connections bounds = access.connections();
    this.endpoint = Endpoint.of(access, address);
    this.name = name;
    this.free = new Semaphore(bounds.max(), true);
    this.connections = new HttpConnections(endpoint, bounds.idleMax(), bounds.lifetime());
    this.inserts = new Inserts(access, endpoint, name);
  }

  <T> Answer<T> ask(Statement statement, RowFunction<T> read) {
    awaitFree();
    try {
      return exchange(statement, read);
    } finally {
      free.release();
    }
  }

  private <T> Answer<T> exchange(Statement statement, RowFunction<T> read) {
    HttpConnection connection = lend();
    try {
      return connection.exchange(
          Question.of(statement, endpoint),
          statement.timeout(),
          response -> Replies.answer(response, read));
    } catch (IOException | HttpException e) {
      throw ClickHouseFailure.noAnswer(name, e);
    } finally {
      connections.giveBack(connection);
    }
  }

  private HttpConnection lend() {
    try {
      return connections.lend();
    } catch (IOException e) {
      throw ClickHouseFailure.noConnection(name, e);
    }
  }

  void insert(Statement statement, List<String> columns, InsertBody body) {
    awaitFree();
    try {
      inserts.insert(statement, columns, body);
    } finally {
      free.release();
    }
  }

  private void awaitFree() {
    try {
      if (!free.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        throw ClickHouseFailure.noneFree(name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ClickHouseFailure.noConnection(name, e);
    }
  }

  /** When a server has gone it has closed all that stayed open, of which any may be the next. */
  void dropIdle() {
    connections.dropIdle();
  }

  @Override
  public void close() {
    connections.close();
    inserts.close();
  }
}
