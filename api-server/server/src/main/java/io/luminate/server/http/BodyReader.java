// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
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
  private static final long DISCARDED_BYTES_MAX = 64L << 20;

  /** Behind the content of every body, for scanners that read words. */
  static final int PADDING = 16;

  private static final int INITIAL_BYTES_MAX = 1 << 20;

  /** Where the reading ends. */
  interface Sink {
    /** The body, which the sink closes; called once, and then nothing else. */
    void body(BodyBuffer body);

    /** The body was read to its end but is refused. */
    void refused(ApiException refusal);

    /** There is no use in answering. */
    void failed(Throwable failure);
  }

  private final Request request;
  private final int bytesMax;
  private final Sink sink;
  private final Scheduler.Task deadline;
  private @Nullable BodyBuffer buffer;
  private @Nullable ApiException refusal;
  private long bytesRead;
  private boolean ended;

  private BodyReader(Request request, BufferPool pool, int bytesMax, Duration timeout, Sink sink) {
    this.request = request;
    this.bytesMax = bytesMax;
    this.sink = sink;
    long announced = request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
    if (announced > bytesMax) {
      refusal = tooLarge(bytesMax, announced);
    } else {
      open(pool, Math.clamp(announced, 0, INITIAL_BYTES_MAX - PADDING));
    }
    this.deadline =
        request
            .getComponents()
            .getScheduler()
            .schedule(this::expire, timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void open(BufferPool pool, int bytes) {
    try {
      buffer = new BodyBuffer(pool, bytes + PADDING);
    } catch (ApiException overloaded) {
      refusal = overloaded;
    }
  }

  static void read(Request request, BufferPool pool, int bytesMax, Duration timeout, Sink sink) {
    new BodyReader(request, pool, bytesMax, timeout, sink).run();
  }

  /** Reads and drops the body of a request that is refused for other reasons. */
  static void discard(
      Request request,
      BufferPool pool,
      Duration timeout,
      ApiException why,
      Consumer<ApiException> then,
      Consumer<Throwable> failed) {
    BodyReader reader =
        new BodyReader(
            request,
            pool,
            (int) DISCARDED_BYTES_MAX,
            timeout,
            new Sink() {
              @Override
              public void body(BodyBuffer body) {
                body.close();
                then.accept(why);
              }

              @Override
              public void refused(ApiException refusal) {
                then.accept(refusal);
              }

              @Override
              public void failed(Throwable failure) {
                failed.accept(failure);
              }
            });
    reader.refuse(why);
    reader.run();
  }

  private synchronized void refuse(ApiException why) {
    refusal = why;
    release();
  }

  static ApiException tooLarge(long bytesMax, long received) {
    return new ApiException(
        413,
        "BATCH_TOO_LARGE",
        "a body has at most " + bytesMax + " bytes, got " + received,
        Map.of("max_request_size_bytes", bytesMax, "received", received));
  }

  @Override
  public void run() {
    Runnable end = readAvailable();
    end.run();
  }

  private synchronized Runnable readAvailable() {
    while (!ended) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return () -> {};
      }
      if (Content.Chunk.isFailure(chunk)) {
        return fail(chunk.getFailure());
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
    deadline.cancel();
  }

  private void expire() {
    Runnable end = () -> {};
    synchronized (this) {
      if (!ended) {
        end = fail(new TimeoutException("the body did not arrive in time"));
      }
    }
    end.run();
  }
}
