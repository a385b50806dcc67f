// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiError;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts connections as Jetty does, and refuses those that are too many. Jetty itself would accept
 * none meanwhile: their clients would wait for an answer that nobody gives, where one that is
 * refused can try another server at once.
 *
 * <p>Some of them at a time are told why ({@link RefusedConnection}), and are not counted; the
 * others are reset.
 */
final class ConnectionLimit extends NetworkConnectionLimit {
  private static final long WARNING_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);

  /** Each costs a socket and a small buffer for a moment, whoever sends how many. */
  private static final int ANSWERED_MAX = 64;

  private final String listener;
  private final int connectionsMax;
  private final int answeredMax;

  /** Those that are being told. */
  private final Set<SelectableChannel> answered = ConcurrentHashMap.newKeySet();

  private final AtomicLong warnedNanos = new AtomicLong(System.nanoTime() - WARNING_EVERY_NANOS);

  /**
   * @param listener for the log
   */
  ConnectionLimit(String listener, int connectionsMax, Server server) {
    super(Integer.MAX_VALUE, server);
    this.listener = listener;
    this.connectionsMax = connectionsMax;
    this.answeredMax = Math.min(ANSWERED_MAX, connectionsMax);
  }

  /** Comes from the one thread that accepts. */
  boolean isReached() {
    // In this order one that is becoming a connection may be seen twice, but never missed.
    return getPendingNetworkConnectionCount() + getNetworkConnectionCount() >= connectionsMax;
  }

  /**
   * Whether the connection is to be taken to be told that it is one too many; otherwise it is
   * closed. Comes from the one thread that accepts.
   */
  boolean refuse(SocketChannel connection) {
    warn();
    if (answered.size() < answeredMax) {
      return answered.add(connection);
    }
    reset(connection);
    return false;
  }

  /** Whether it is taken to be told that. */
  boolean isRefused(SelectableChannel connection) {
    return answered.contains(connection);
  }

  ApiError error() {
    return new ApiError(
        503,
        "OVERLOADED",
        "the server has as many connections as it may, " + connectionsMax,
        Map.of("max_connections", connectionsMax));
  }

  @Override
  public void onAccepting(SelectableChannel channel) {
    if (!isRefused(channel)) {
      super.onAccepting(channel);
    }
  }

  @Override
  public void onAccepted(SelectableChannel channel) {
    if (!isRefused(channel)) {
      super.onAccepted(channel);
    }
  }

  @Override
  public void onAcceptFailed(SelectableChannel channel, Throwable why) {
    if (!answered.remove(channel)) {
      super.onAcceptFailed(channel, why);
    }
  }

  @Override
  public void onClosed(SelectableChannel channel) {
    if (!answered.remove(channel)) {
      super.onClosed(channel);
    }
  }

  private static void reset(SocketChannel connection) {
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
