// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiException;
import io.luminate.server.http.reply.Failures;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;

/** The bodies of all requests on their way in. Safe for use by many threads. */
final class RequestBodies {
  /** For whatever is no write; writes have the rest. */
  private static final int OTHERS_PART = 4;

  private final BufferPool pool;
  private final BufferPool others;
  private final Duration readTimeout;
  private final Set<BodyReader> arriving = ConcurrentHashMap.newKeySet();

  /**
   * @param readTimeout how long a client may take to send a body
   */
  RequestBodies(BufferPool pool, Duration readTimeout) {
    this.pool = pool;
    MemoryBudget whole = pool.budget();
    long othersBytes = Math.max(whole.bytesMax() / OTHERS_PART, BodyShares.LARGEST_QUERY_BYTES);
    this.others = pool.within(whole.part("bodies of requests other than writes", othersBytes));
    this.readTimeout = readTimeout;
  }

  BufferPool pool() {
    return pool;
  }

  /** For bodies of anything but writes. */
  BufferPool others() {
    return others;
  }

  /** Reads a body of at most so many bytes into arrays of the pool. */
  void read(Request request, BufferPool pool, int bytesMax, BodyReader.Sink sink) {
    start(new BodyReader(request, pool, bytesMax, readTimeout, sink, arriving::remove));
  }

  /** Reads and drops the body of a request that is refused for other reasons. */
  void discard(
      Request request, ApiException why, Consumer<ApiException> then, Consumer<Throwable> failed) {
    BodyReader reader =
        new BodyReader(
            request,
            pool,
            (int) BodyReader.DISCARDED_BYTES_MAX,
            readTimeout,
            new BodyReader.Sink() {
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
            },
            arriving::remove);
    reader.refuse(why);
    start(reader);
  }

  /** Answers clients that are still sending with 503, as the server is about to stop. */
  void hurry() {
    ApiException stopping = new ApiException(Failures.ofStatus(503));
    arriving.forEach(reader -> reader.hurry(stopping));
  }

  private void start(BodyReader reader) {
    arriving.add(reader);
    reader.start();
  }
}
