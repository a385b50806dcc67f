// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/** Carries one exchange after the other. Not for several threads at a time. */
final class HttpConnection implements AutoCloseable {
  private static final int CONNECT_MILLIS = 3_000;

  /** The other side may have closed what was idle for longer, which costs a look to find out. */
  private static final long SURELY_OPEN_NANOS = Duration.ofSeconds(1).toNanos();

  private static final HttpRequestExecutor EXECUTOR = new HttpRequestExecutor();

  private final DefaultBHttpClientConnection wire;
  private final long openedNanos = System.nanoTime();
  private long usedNanos = openedNanos;
  private boolean reusable = true;

  private HttpConnection(DefaultBHttpClientConnection wire) {
    this.wire = wire;
  }

  static HttpConnection open(Endpoint endpoint) throws IOException {
    Socket socket = connected(endpoint);
    DefaultBHttpClientConnection wire = new DefaultBHttpClientConnection(Http1Config.DEFAULT);
    try {
      if (endpoint.tls().isPresent()) {
        wire.bind(secured(socket, endpoint, endpoint.tls().get()), socket);
      } else {
        wire.bind(socket);
      }
      return new HttpConnection(wire);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** To the first of the host's addresses where somebody listens. */
  private static Socket connected(Endpoint endpoint) throws IOException {
    IOException failure = new IOException("no address of " + endpoint.host());
    for (InetAddress address : InetAddress.getAllByName(endpoint.host())) {
      Socket socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(address, endpoint.port()), CONNECT_MILLIS);
        return socket;
      } catch (IOException e) {
        socket.close();
        failure = e;
      }
    }
    throw failure;
  }

  /** The certificate has to be the host's. */
  private static SSLSocket secured(Socket socket, Endpoint endpoint, SSLSocketFactory tls)
      throws IOException {
    SSLSocket secured =
        (SSLSocket) tls.createSocket(socket, endpoint.host(), endpoint.port(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.setSoTimeout(CONNECT_MILLIS);
    secured.startHandshake();
    return secured;
  }

  @FunctionalInterface
  interface Reply<T> {
    /**
     * @throws ClickHouseFailure if the server refuses, which leaves the connection as good as it
     *     was
     */
    T read(ClassicHttpResponse response) throws IOException, HttpException;
  }

  /**
   * Sends a request and reads its whole reply.
   *
   * @param patience between any two bytes
   */
  <T> T exchange(ClassicHttpRequest request, Duration patience, Reply<T> reply)
      throws IOException, HttpException {
    reusable = false;
    wire.setSocketTimeout(Timeout.of(patience));
    HttpCoreContext context = HttpCoreContext.create();
    ClassicHttpResponse response =
        EXECUTOR.execute(request, wire, (HttpResponseInformationCallback) null, context);
    try {
      T value = reply.read(response);
      end(request, response, context);
      return value;
    } catch (ClickHouseFailure e) {
      end(request, response, context);
      throw e;
    }
  }

  /** Reads what is left. */
  private void end(
      ClassicHttpRequest request, ClassicHttpResponse response, HttpCoreContext context)
      throws IOException {
    response.close();
    usedNanos = System.nanoTime();
    reusable =
        wire.isOpen()
            && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(request, response, context);
  }

  /** Whether another exchange may follow the last one. */
  boolean isReusable() {
    return reusable;
  }

  boolean isOlderThan(Duration lifetime) {
    return System.nanoTime() - openedNanos > lifetime.toNanos();
  }

  /** Whether the other side has closed it, as far as that can be seen. */
  boolean isGone() {
    if (System.nanoTime() - usedNanos < SURELY_OPEN_NANOS) {
      return false;
    }
    try {
      return wire.isStale();
    } catch (IOException e) {
      return true;
    }
  }

  /** At once, whatever is under way. */
  @Override
  public void close() {
    wire.close(CloseMode.IMMEDIATE);
  }
}
