// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiException;
import io.luminate.server.http.reply.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Lets requests in, until the server stops; then answers new ones with 503 and asks their clients
 * to connect elsewhere, while those at work finish.
 */
final class DrainingHandler extends Handler.Wrapper {
  private final RequestBodies bodies;
  private final AtomicInteger atWork = new AtomicInteger();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile boolean draining;

  DrainingHandler(Handler next, RequestBodies bodies) {
    super(next);
    this.bodies = bodies;
  }

  /** From now on requests are refused; the future is done when those at work are answered. */
  CompletableFuture<Void> drain() {
    draining = true;
    if (atWork.get() == 0) {
      drained.complete(null);
    }
    return drained;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    // Counted before the question: either it is refused here, or drain() waits for it.
    atWork.incrementAndGet();
    if (draining) {
      leave();
      refuse(request, response, callback);
      return true;
    }
    Visit visit = new Visit(callback);
    boolean handled = false;
    try {
      handled = super.handle(request, response, visit);
      return handled;
    } finally {
      if (!handled) {
        visit.end();
      }
    }
  }

  private void leave() {
    if (atWork.decrementAndGet() == 0 && draining) {
      drained.complete(null);
    }
  }

  private void refuse(Request request, Response response, Callback callback) {
    HttpVersion version = request.getConnectionMetaData().getHttpVersion();
    if (version.getVersion() < HttpVersion.HTTP_2.getVersion()) {
      response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
    }
    bodies.discard(
        request,
        new ApiException(Failures.ofStatus(503)),
        why -> Replies.error(response, callback, why.error()),
        callback::failed);
  }

  /** A request at work; it ends once, when its answer is sent or nobody wants it. */
  private final class Visit extends Callback.Nested {
    private final AtomicBoolean ended = new AtomicBoolean();

    Visit(Callback callback) {
      super(callback);
    }

    @Override
    public void succeeded() {
      super.succeeded();
      end();
    }

    @Override
    public void failed(Throwable why) {
      super.failed(why);
      end();
    }

    void end() {
      if (ended.compareAndSet(false, true)) {
        leave();
      }
    }
  }
}
