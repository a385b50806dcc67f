// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the connection of a client that has not read its reply in time, counted from the reply's
 * first byte. An idle timeout does not do that: it begins anew with each byte.
 */
final class ReplyDeadlines extends Handler.Wrapper {
  private static final Logger LOG = LoggerFactory.getLogger(ReplyDeadlines.class);

  private final Duration timeout;

  ReplyDeadlines(Handler next, Duration timeout) {
    super(next);
    this.timeout = timeout;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Reply reply = new Reply(request, response);
    Callback ended =
        Callback.from(
            () -> {
              reply.end();
              callback.succeeded();
            },
            failure -> {
              reply.end();
              callback.failed(failure);
            });
    return super.handle(request, reply, ended);
  }

  private final class Reply extends Response.Wrapper {
    private Scheduler.@Nullable Task deadline;
    private boolean ended;

    Reply(Request request, Response response) {
      super(request, response);
    }

    @Override
    public void write(boolean last, ByteBuffer content, Callback callback) {
      begin();
      super.write(last, content, callback);
    }

    private synchronized void begin() {
      if (deadline == null && !ended) {
        deadline =
            getRequest()
                .getComponents()
                .getScheduler()
                .schedule(this::expire, timeout.toMillis(), TimeUnit.MILLISECONDS);
      }
    }

    synchronized void end() {
      ended = true;
      if (deadline != null) {
        deadline.cancel();
      }
    }

    private void expire() {
      synchronized (this) {
        if (ended) {
          return;
        }
        ended = true;
      }
      LOG.info(
          "a client did not read its reply within {} ms (server.write_timeout); request {}",
          timeout.toMillis(),
          RequestIds.of(getRequest()));
      getRequest().getConnectionMetaData().getConnection().getEndPoint().close();
    }
  }
}
