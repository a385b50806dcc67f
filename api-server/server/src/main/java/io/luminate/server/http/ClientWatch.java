// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;

/**
 * Notices that the client of a request over HTTP/1.1 closes its connection while the request is at
 * work; nobody reads from the connection then, so Jetty does not. (A stream of HTTP/2 is told by
 * its connection, which is always read.)
 *
 * <p>Asks the selector for the connection's next bytes without taking any. When there is something
 * to read but no byte, it is the end. Bytes are the client's next request, sent early: that client
 * is there, and is not watched any more.
 *
 * <p>A watch that is closed leaves its question with the selector, whose late answer may reach the
 * watch of the next request: the first answer without a byte proves nothing, a second one does.
 *
 * <p>Must be closed before the reply is sent: a connection with an unanswered question does not
 * take another request.
 */
final class ClientWatch implements Callback, AutoCloseable {
  private final SocketChannelEndPoint socket;
  private final Runnable gone;
  private boolean suspected;
  private boolean closed;

  private ClientWatch(SocketChannelEndPoint socket, Runnable gone) {
    this.socket = socket;
    this.gone = gone;
  }

  /**
   * Starts watching; the body must have been read to its end.
   *
   * @param gone runs on one of Jetty's threads
   */
  static Optional<ClientWatch> start(Request request, Runnable gone) {
    ConnectionMetaData connection = request.getConnectionMetaData();
    boolean http1 = connection.getHttpVersion().getVersion() < HttpVersion.HTTP_2.getVersion();
    if (http1 && connection.getConnection().getEndPoint() instanceof SocketChannelEndPoint socket) {
      ClientWatch watch = new ClientWatch(socket, gone);
      socket.tryFillInterested(watch);
      return Optional.of(watch);
    }
    return Optional.empty();
  }

  /** There is something to read, or the connection has ended, or nothing at all. */
  @Override
  public synchronized void succeeded() {
    if (closed || bytesAvailable() > 0) {
      return;
    }
    if (suspected) {
      gone.run();
    } else {
      suspected = true;
      socket.tryFillInterested(this);
    }
  }

  private int bytesAvailable() {
    try {
      return socket.getChannel().socket().getInputStream().available();
    } catch (IOException ended) {
      return 0;
    }
  }

  /** Closed or given up; Jetty tells of a closed connection itself. */
  @Override
  public void failed(Throwable why) {}

  @Override
  public synchronized void close() {
    closed = true;
    socket.getFillInterest().onFail(new CancellationException("the request is done"));
  }
}
