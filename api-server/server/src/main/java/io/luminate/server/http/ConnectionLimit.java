// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts connections as Jetty does, and refuses those that are too many. Jetty itself would accept
 * none meanwhile: their clients would wait for an answer that nobody gives, where one that is reset
 * can try another server at once.
 */
final class ConnectionLimit extends NetworkConnectionLimit {
  private static final long WARNING_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);

  private final String listener;
  private final int connectionsMax;
  private final AtomicLong warnedNanos = new AtomicLong(System.nanoTime() - WARNING_EVERY_NANOS);

  /**
   * @param listener for the log
   */
  ConnectionLimit(String listener, int connectionsMax, Server server) {
    super(Integer.MAX_VALUE, server);
    this.listener = listener;
    this.connectionsMax = connectionsMax;
  }

  /** Comes from the one thread that accepts. */
  boolean isReached() {
    // In this order one that is becoming a connection may be seen twice, but never missed.
    return getPendingNetworkConnectionCount() + getNetworkConnectionCount() >= connectionsMax;
  }

  void refuse(SocketChannel connection) {
    warn();
    try (connection) {
      connection.setOption(StandardSocketOptions.SO_LINGER, 0); // Closes with a reset.
    } catch (IOException gone) {
      LOG.debug("a connection was gone before it was refused", gone);
    }
  }

  private void warn() {
    long now = System.nanoTime();
    long before = warnedNanos.get();
    if (now - before >= WARNING_EVERY_NANOS && warnedNanos.compareAndSet(before, now)) {
      LOG.warn(
          "{} connections are open on the {} port; more are refused", connectionsMax, listener);
    }
  }
}
