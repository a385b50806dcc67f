// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Connections to one address. Idle ones are used again, that which was used last first, so that
 * those that are too many grow old. How many are lent at a time is up to the borrowers.
 */
final class HttpConnections implements AutoCloseable {
  private final Endpoint endpoint;
  private final int idleMax;
  private final Duration lifetime;
  private final Deque<HttpConnection> idle = new ArrayDeque<>();
  private boolean closed;

  HttpConnections(Endpoint endpoint, int idleMax, Duration lifetime) {
    this.endpoint = endpoint;
    this.idleMax = idleMax;
    this.lifetime = lifetime;
  }

  /**
   * @throws IOException if there is none, and none can be made
   */
  HttpConnection lend() throws IOException {
    for (Optional<HttpConnection> last = last(); last.isPresent(); last = last()) {
      if (!last.get().isGone()) {
        return last.get();
      }
      last.get().close();
    }
    return HttpConnection.open(endpoint);
  }

  /** The first ones were not used for longest, so that old ones among them are too many. */
  private synchronized Optional<HttpConnection> last() {
    while (!idle.isEmpty() && idle.getFirst().isOlderThan(lifetime)) {
      idle.removeFirst().close();
    }
    while (!idle.isEmpty() && idle.getLast().isOlderThan(lifetime)) {
      idle.removeLast().close();
    }
    return Optional.ofNullable(idle.pollLast());
  }

  void giveBack(HttpConnection connection) {
    if (!keep(connection)) {
      connection.close();
    }
  }

  private synchronized boolean keep(HttpConnection connection) {
    return !closed
        && connection.isReusable()
        && idle.size() < idleMax
        && !connection.isOlderThan(lifetime)
        && idle.add(connection);
  }

  /** When a server has gone, it has closed all of them. */
  void dropIdle() {
    taken().forEach(HttpConnection::close);
  }

  private synchronized List<HttpConnection> taken() {
    List<HttpConnection> all = new ArrayList<>(idle);
    idle.clear();
    return all;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    dropIdle();
  }
}
