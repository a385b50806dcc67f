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
  private final BufferPool pool;
  private final Duration readTimeout;
  private final Set<BodyReader> arriving = ConcurrentHashMap.newKeySet();

  /**
   * @param readTimeout how long a client may take to send a body
   */
  RequestBodies(BufferPool pool, Duration readTimeout) {
    this.pool = pool;
    this.readTimeout = readTimeout;
  }

  BufferPool pool() {
    return pool;
  }

  /** Reads a body of at most so many bytes. */
  void read(Request request, int bytesMax, BodyReader.Sink sink) {
    start(reader(request, bytesMax, sink));
  }

  /** Reads and drops the body of a request that is refused for other reasons. */
  void discard(
      Request request, ApiException why, Consumer<ApiException> then, Consumer<Throwable> failed) {
    BodyReader reader =
        reader(
            request,
            (int) BodyReader.DISCARDED_BYTES_MAX,
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
            });
    reader.refuse(why);
    start(reader);
  }

  /** Answers clients that are still sending with 503, as the server is about to stop. */
  void hurry() {
    ApiException stopping = new ApiException(Failures.ofStatus(503));
    arriving.forEach(reader -> reader.hurry(stopping));
  }

  private BodyReader reader(Request request, int bytesMax, BodyReader.Sink sink) {
    return new BodyReader(request, pool, bytesMax, readTimeout, sink, arriving::remove);
  }

  private void start(BodyReader reader) {
    arriving.add(reader);
    reader.start();
  }
}
