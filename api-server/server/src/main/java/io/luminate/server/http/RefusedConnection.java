// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiError;
import io.luminate.server.telemetry.RequestId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection that is one too many. Whatever comes first is answered with 503, unread, by the
 * selector's own thread: those that work on requests may all be busy. A client that speaks HTTP/2
 * from the beginning takes it for a broken connection, which it is.
 *
 * <p>Only then it ends for the other side, and what still comes is dropped for a while: closed with
 * unread bytes it would be reset, and the answer with it.
 */
final class RefusedConnection extends AbstractConnection {
  /** From its first moment to its last, however slowly something comes. */
  private static final long LIFE_MILLIS = 2_000;

  /** What a client sends before it reads; whoever sends more waits for the end. */
  private static final int DROPPED_BYTES_MAX = 128 << 10;

  private static final int BUFFER_BYTES = 4 << 10;

  private final ByteBuffer answer;
  private final Scheduler.Task end;
  private final Callback arrived =
      Callback.from(InvocationType.NON_BLOCKING, this::onFillable, this::onFillInterestedFailed);
  private final ByteBuffer dropped = BufferUtil.allocate(BUFFER_BYTES);
  private int droppedBytes;
  private boolean answered;

  RefusedConnection(EndPoint endPoint, Executor executor, Scheduler scheduler, ApiError error) {
    super(endPoint, executor);
    this.answer = ByteBuffer.wrap(reply(error));
    this.end = scheduler.schedule(endPoint::close, LIFE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static byte[] reply(ApiError error) {
    String body = new String(error.toJson(), StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 %d Service Unavailable\r\n%s: %s\r\nContent-Type: %s\r\nRetry-After: %d\r\n"
                .formatted(
                    error.status(),
                    RequestId.HEADER,
                    RequestId.of(""),
                    Replies.JSON,
                    error.retryAfterSeconds())
            + "Connection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    return (head + body).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void onOpen() {
    super.onOpen();
    fillInterested(arrived);
  }

  @Override
  public void onClose(Throwable cause) {
    end.cancel();
    super.onClose(cause);
  }

  @Override
  public void onFillable() {
    try {
      int filled = drop();
      if (droppedBytes > 0) {
        answerOnce();
      }
      if (filled < 0) {
        close();
      } else if (droppedBytes < DROPPED_BYTES_MAX) {
        fillInterested(arrived);
      }
    } catch (IOException gone) {
      close();
    }
  }

  /** The last count of bytes: 0 when there are no more for now, less at the end. */
  private int drop() throws IOException {
    int filled;
    do {
      BufferUtil.clear(dropped);
      filled = getEndPoint().fill(dropped);
      droppedBytes += Math.max(0, filled);
    } while (filled > 0 && droppedBytes < DROPPED_BYTES_MAX);
    return filled;
  }

  /** It is short enough for the buffer of a socket that nothing was sent by yet. */
  private void answerOnce() {
    if (!answered) {
      answered = true;
      EndPoint to = getEndPoint();
      to.write(
          Callback.from(InvocationType.NON_BLOCKING, to::shutdownOutput, failure -> to.close()),
          answer);
    }
  }
}
