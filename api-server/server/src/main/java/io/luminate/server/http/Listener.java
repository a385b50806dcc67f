// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.config.ServerConfig;
import java.io.IOException;
import java.net.BindException;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port, with bounds on what comes in by it. */
final class Listener {
  /** Room for a token of 100 KB, which then is refused as a token. */
  private static final int HEADER_BYTES_MAX = 128 << 10;

  private static final int HTTP2_WINDOW_BYTES = 1 << 20;

  /** Of the shutdown timeout, for each listener: how long clients may take to leave. */
  private static final double STOP_SHARE = 0.06;

  /** Of the shutdown timeout: how long a connection may then be idle, as clients may wait on it. */
  private static final double IDLE_SHARE = 0.04;

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  /**
   * Where it listens.
   *
   * @param settings that say so, for messages
   */
  record Address(String host, int port, String settings) {}

  /**
   * How much it does at a time.
   *
   * @param connectionsMax sockets, each costs some tens of kilobytes; more are refused
   */
  record Size(int threadsMax, int connectionsMax) {}

  private final Server server;
  private final ServerConnector connector;
  private final Address address;
  private final ServerConfig config;

  Listener(String name, Address address, Size size, ServerConfig config, Handler handler) {
    this.address = address;
    this.config = config;
    this.server = server(name, size);
    ConnectionLimit limit = new ConnectionLimit(name, size.connectionsMax(), server);
    server.addBean(limit);
    this.connector = connector(limit);
    server.addConnector(connector);
    HeaderSizes sized = new HeaderSizes(handler, HEADER_BYTES_MAX);
    server.setHandler(new RequestIds(new ReplyDeadlines(sized, config.writeTimeout())));
  }

  /** A part of the time that stopping may take. */
  static long shareMillis(ServerConfig config, double share) {
    return Math.max(1, (long) (config.shutdownTimeout().toMillis() * share));
  }

  private Server server(String name, Size size) {
    QueuedThreadPool threads =
        new QueuedThreadPool(size.threadsMax(), Math.min(8, size.threadsMax()));
    threads.setName(name);
    Server made = new Server(threads);
    made.setErrorHandler(new ErrorReplies());
    made.setStopTimeout(shareMillis(config, STOP_SHARE));
    return made;
  }

  private ServerConnector connector(ConnectionLimit limit) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADER_BYTES_MAX);
    HttpConfiguration roomier = new HttpConfiguration(http);
    roomier.setRequestHeaderSize(2 * HEADER_BYTES_MAX);
    HTTP2CServerConnectionFactory http2 = new HTTP2CServerConnectionFactory(roomier);
    http2.setInitialStreamRecvWindow(HTTP2_WINDOW_BYTES);
    http2.setInitialSessionRecvWindow(4 * HTTP2_WINDOW_BYTES);
    ServerConnector made =
        new DrainingConnector(
            server, limit, config.readTimeout(), new HttpConnectionFactory(http), http2);
    made.setHost(address.host());
    made.setPort(address.port());
    made.setIdleTimeout(config.readTimeout().toMillis());
    made.setShutdownIdleTimeout(shareMillis(config, IDLE_SHARE));
    return made;
  }

  void start() throws IOException {
    try {
      server.start();
    } catch (Exception e) {
      stop();
      throw new IOException("cannot listen where " + address.settings() + " says: " + reason(e), e);
    }
  }

  private static String reason(Exception failure) {
    return failure.getCause() instanceof BindException taken
        ? failure.getMessage() + ": " + taken.getMessage()
        : String.valueOf(failure.getMessage());
  }

  /** Clients that are slow now lose their connections soon. */
  void hurry() {
    connector
        .getConnectedEndPoints()
        .forEach(connection -> connection.setIdleTimeout(shareMillis(config, IDLE_SHARE)));
  }

  void stop() {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("a listener stopped with requests still at work", e);
    }
  }

  int port() {
    return connector.getLocalPort();
  }
}
