// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A listener that loses no connection when it stops. Jetty interrupts the thread that accepts
 * connections; Java then forgets a socket that was being accepted without closing it, and its
 * client waits for an answer that nobody gives. Here the closed listening socket alone ends that
 * thread. Its connections are {@link TimedEndPoint}s.
 */
final class DrainingConnector extends ServerConnector {
  private static final int ACCEPTORS = 1;
  private static final int SELECTORS = 2;

  private final ConnectionLimit limit;
  private final Duration headTimeout;

  /**
   * @param headTimeout how long the head of a request may take to arrive
   */
  DrainingConnector(
      Server server, ConnectionLimit limit, Duration headTimeout, ConnectionFactory... protocols) {
    super(server, ACCEPTORS, SELECTORS, protocols);
    this.limit = limit;
    this.headTimeout = headTimeout;
  }

  /** Called while this object is still being made. */
  @Override
  protected SelectorManager newSelectorManager(
      Executor executor, Scheduler scheduler, int selectors) {
    return new ServerConnectorManager(executor, scheduler, selectors) {
      @Override
      public void accept(SelectableChannel channel, @Nullable Object attachment) {
        boolean taken =
            !(channel instanceof SocketChannel connection)
                || !limit.isReached()
                || limit.refuse(connection);
        if (taken) {
          super.accept(channel, attachment);
        }
      }

      @Override
      public Connection newConnection(
          SelectableChannel channel, EndPoint endPoint, @Nullable Object attachment)
          throws IOException {
        return limit.isRefused(channel)
            ? new RefusedConnection(endPoint, getExecutor(), getScheduler(), limit.error())
            : super.newConnection(channel, endPoint, attachment);
      }
    };
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    TimedEndPoint connection =
        new TimedEndPoint(channel, selector, key, getScheduler(), headTimeout);
    connection.setIdleTimeout(getIdleTimeout());
    return connection;
  }

  /** Called once the listening socket is closed. */
  @Override
  protected void interruptAcceptors() {}
}
