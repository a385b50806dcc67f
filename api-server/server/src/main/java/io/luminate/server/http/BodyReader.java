// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole body without holding a thread while the client is slow. A body that will be refused
 * is still read, up to a bound, so that the client gets to see the answer rather than a reset
 * connection.
 *
 * <p>Concurrency: chunks arrive one at a time, the deadline on any thread; both hold this object's
 * lock. Exactly one of them ends the reading.
 */
final class BodyReader implements Runnable {
  /** What is read of a refused body. */
  static final long DISCARDED_BYTES_MAX = 64L << 20;

  /** Behind the content of every body, for scanners that read words. */
  static final int PADDING = 16;

  private static final int INITIAL_BYTES_MAX = 1 << 20;

  /** Where the reading ends. */
  interface Sink {
    /** The body, which the sink closes; called once, and then nothing else. */
    void body(BodyBuffer body);

    /** The body was read to its end but is refused. */
    void refused(ApiException refusal);

    /** For Jetty to answer, if there is anybody to answer to. */
    void failed(Throwable failure);
  }

  private final Request request;
  private final int bytesMax;
  private final Sink sink;
  private final Consumer<BodyReader> atEnd;
  private final Duration timeout;
  private Scheduler.@Nullable Task deadline;
  private @Nullable BodyBuffer buffer;
  private @Nullable ApiException refusal;
  private long bytesRead;
  private boolean hurried;
  private boolean ended;

  /**
   * @param atEnd told once the reading has ended, before the sink
   */
  BodyReader(
      Request request,
      BufferPool pool,
      int bytesMax,
      Duration timeout,
      Sink sink,
      Consumer<BodyReader> atEnd) {
    this.request = request;
    this.bytesMax = bytesMax;
    this.timeout = timeout;
    this.sink = sink;
    this.atEnd = atEnd;
    long announced = request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
    if (announced > bytesMax) {
      refusal = tooLarge(bytesMax, announced);
    } else {
      open(pool, Math.clamp(announced, 0, INITIAL_BYTES_MAX - PADDING));
    }
  }

  void start() {
    synchronized (this) {
      deadline =
          request
              .getComponents()
              .getScheduler()
              .schedule(this::expire, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
    run();
  }

  private void open(BufferPool pool, int bytes) {
    try {
      buffer = new BodyBuffer(pool, bytes + PADDING);
    } catch (ApiException overloaded) {
      refusal = overloaded;
    }
  }

  /** The body is read, but only to be refused. */
  synchronized void refuse(ApiException why) {
    refusal = why;
    release();
  }

  /**
   * Refuses without reading to the end. Takes effect with the next bytes or the connection's idle
   * timeout: to answer while a read is pending would cost the answer.
   */
  synchronized void hurry(ApiException why) {
    if (!ended) {
      refuse(why);
      hurried = true;
    }
  }

  static ApiException tooLarge(long bytesMax, long received) {
    return new ApiException(
        413,
        "BATCH_TOO_LARGE",
        "a body has at most " + bytesMax + " bytes, got " + received,
        Map.of("max_request_size_bytes", bytesMax, "received", received));
  }

  /** An answer that Jetty sends: ours would not get past the read that is pending. */
  private RuntimeException late() {
    long millis = timeout.toMillis();
    ApiException why =
        new ApiException(
            400,
            "INVALID_REQUEST",
            "the body did not arrive within " + millis + " ms (read_timeout), got " + bytesRead,
            Map.of("read_timeout_ms", millis, "received_bytes", bytesRead));
    return new HttpException.RuntimeException(400, why.error().message(), why);
  }

  @Override
  public void run() {
    Runnable end = readAvailable();
    end.run();
  }

  private synchronized Runnable readAvailable() {
    while (!ended) {
      if (hurried) {
        return finish();
      }
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return () -> {};
      }
      if (Content.Chunk.isFailure(chunk, true)) {
        return fail(chunk.getFailure());
      }
      if (Content.Chunk.isFailure(chunk)) {
        continue; // The connection was idle for a while; the deadline decides.
      }
      boolean last = chunk.isLast();
      accept(chunk);
      chunk.release();
      if (bytesRead > DISCARDED_BYTES_MAX && refusal != null && !last) {
        return finish();
      }
      if (last) {
        return finish();
      }
    }
    return () -> {};
  }

  private void accept(Content.Chunk chunk) {
    bytesRead += chunk.remaining();
    BodyBuffer target = buffer;
    if (target == null) {
      return;
    }
    try {
      if (bytesRead > bytesMax) {
        throw tooLarge(bytesMax, bytesRead);
      }
      target.append(chunk.getByteBuffer());
    } catch (ApiException e) {
      refusal = e;
      release();
    }
  }

  private void release() {
    BodyBuffer held = buffer;
    if (held != null) {
      held.close();
      buffer = null;
    }
  }

  private Runnable finish() {
    end();
    ApiException why = refusal;
    BodyBuffer body = buffer;
    if (why != null || body == null) {
      return () -> sink.refused(why == null ? tooLarge(bytesMax, bytesRead) : why);
    }
    body.reserve(PADDING);
    return () -> sink.body(body);
  }

  private Runnable fail(Throwable failure) {
    end();
    release();
    return () -> sink.failed(failure);
  }

  private void end() {
    ended = true;
    Objects.requireNonNull(deadline, "deadline").cancel();
    atEnd.accept(this);
  }

  private void expire() {
    Runnable end = () -> {};
    synchronized (this) {
      if (!ended) {
        end = fail(late());
      }
    }
    end.run();
  }
}
