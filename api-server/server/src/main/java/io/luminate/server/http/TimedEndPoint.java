// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is closed when its client takes too long over the head of a request. Jetty
 * knows an idle timeout alone, which begins anew with each byte.
 *
 * <p>Concurrency: a connection is read by one thread at a time.
 */
final class TimedEndPoint extends SocketChannelEndPoint {
  private static final Logger LOG = LoggerFactory.getLogger(TimedEndPoint.class);

  private final HeadDeadline deadline;

  /** What this connection sent from its first byte on, which is HTTP/2 with prior knowledge. */
  private FrameBoundaries frames = new FrameBoundaries();

  private boolean upgraded;

  TimedEndPoint(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      Scheduler scheduler,
      Duration timeout) {
    super(channel, selector, key, scheduler);
    this.deadline = new HeadDeadline(scheduler, timeout, () -> closeLate(timeout));
  }

  /** The head of a request is complete. */
  static void headComplete(Request request) {
    if (request.getConnectionMetaData().getConnection().getEndPoint()
            instanceof TimedEndPoint connection
        && connection.getConnection() instanceof HttpConnection) {
      connection.deadline.done();
    }
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    if (getConnection() instanceof HttpConnection http) {
      follow(http.getParser());
    }
    int filled = super.fill(buffer);
    int count = Math.max(0, filled);
    ByteBuffer added = buffer.slice(buffer.limit() - count, count);
    if (getConnection() instanceof HTTP2Connection) {
      followFrames(added);
    } else {
      frames.read(added);
    }
    return filled;
  }

  /** What was read so far is parsed by now. */
  private void follow(HttpParser parser) {
    if (parser.inHeaderState() && !parser.isStart()) {
      deadline.begun();
    } else {
      deadline.done();
    }
  }

  private void followFrames(ByteBuffer added) {
    if (frames.broken() && !upgraded && added.hasRemaining()) {
      // HTTP/1.1 before: with 101 the client begins HTTP/2 (RFC 7540, 3.2), and not earlier.
      upgraded = true;
      frames = new FrameBoundaries();
    }
    if (frames.read(added)) {
      deadline.done();
    }
    if (frames.broken() && upgraded) {
      close();
    } else if (frames.within()) {
      deadline.begun();
    } else {
      deadline.done();
    }
  }

  private void closeLate(Duration timeout) {
    LOG.info(
        "{} did not send the head of a request within {} ms (server.read_timeout)",
        getRemoteSocketAddress(),
        timeout.toMillis());
    close();
  }
}
