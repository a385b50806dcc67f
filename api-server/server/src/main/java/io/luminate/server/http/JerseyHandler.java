// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.limits.RateLimiter.Kind.QUERY_REQUESTS;

import io.luminate.server.auth.Authenticator;
import io.luminate.server.http.reply.ApiError;
import io.luminate.server.http.reply.ApiException;
import io.luminate.server.http.reply.Failures;
import io.luminate.server.telemetry.RequestId;
import io.luminate.server.telemetry.Telemetry;
import io.luminate.store.QueryControl;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ContainerRequest;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.spi.ContainerResponseWriter;
import org.slf4j.MDC;

/**
 * Everything but writes: the body is read without a thread, then a virtual thread runs Jersey,
 * since queries wait for the store's own threads. The reply is sent when it is complete.
 */
final class JerseyHandler extends Handler.Abstract {
  /** A filter may list a thousand values; queries need no more. */
  static final int BODY_BYTES_MAX = 1 << 20;

  /** Requests at work or being answered; protects the heap, as each may hold a result. */
  static final int CONCURRENT_MAX = 64;

  private final ApplicationHandler jersey;
  private final Authenticator authenticator;
  private final RateGate rates;
  private final RequestBodies bodies;
  private final BodyShares shares;
  private final ApiCall.Room room;
  private final Telemetry telemetry;
  private final int callsMax;
  private final Semaphore permits;
  private final Set<QueryControl> active = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("request-", 0).factory());

  JerseyHandler(
      ResourceConfig resources,
      Authenticator authenticator,
      RateGate rates,
      RequestBodies bodies,
      ServerShares shares,
      int callsMax,
      MemoryBudget replies,
      boolean compressionAllowed,
      Telemetry telemetry) {
    this.jersey = new ApplicationHandler(resources);
    this.authenticator = authenticator;
    this.rates = rates;
    this.bodies = bodies;
    this.shares = shares.others();
    this.callsMax = callsMax;
    this.permits = new Semaphore(callsMax);
    this.telemetry = telemetry;
    this.room = new ApiCall.Room(replies, shares.calls(), BODY_BYTES_MAX, compressionAllowed);
  }

  /** Makes the queries at work fail with 503. */
  void cancelAll() {
    active.forEach(QueryControl::cancel);
  }

  @Override
  public boolean handle(Request request, Response response, Callback answered) {
    Caller caller = Caller.of(authenticator, request);
    BodyShares.Place place = shares.enter(caller.tenant());
    Callback callback = Callback.from(answered, place::close);
    String path = Request.getPathInContext(request);
    QueryTally tally = QueryTally.of(telemetry, path);
    caller.tenant().ifPresent(tally::of);
    ApiCall.Entrance entrance = new ApiCall.Entrance(caller, place, rates);
    ApiCall call = new ApiCall(request, entrance, active, room, tally);
    try {
      if (!path.equals(HealthResource.PATH)) {
        caller.tenant().ifPresent(tenant -> rates.enter(QUERY_REQUESTS, tenant, request, response));
      }
    } catch (ApiException tooOften) {
      // What is sent far over a limit is not read, and takes no thread.
      bodies.discard(
          request,
          tooOften,
          why -> refuse(response, callback, call, why.error()),
          callback::failed);
      return true;
    }
    read(request, response, callback, call);
    return true;
  }

  private void read(Request request, Response response, Callback callback, ApiCall call) {
    request.addIdleTimeoutListener(timeout -> false); // The query's own deadline counts.
    request.addFailureListener(failure -> call.cancel());
    bodies.read(
        request,
        call.arriving(),
        BODY_BYTES_MAX,
        new BodyReader.Sink() {
          @Override
          public void body(BodyBuffer body) {
            dispatch(request, response, callback, call, body);
          }

          @Override
          public void refused(ApiException refusal) {
            refuse(response, callback, call, refusal.error());
          }

          @Override
          public void failed(Throwable failure) {
            callback.failed(failure);
          }
        });
  }

  private void dispatch(
      Request request, Response response, Callback callback, ApiCall call, BodyBuffer body) {
    if (!permits.tryAcquire()) {
      body.close();
      refuse(response, callback, call, full().error());
      return;
    }
    try {
      threads.execute(() -> work(request, response, callback, call, body));
    } catch (RejectedExecutionException stopping) {
      permits.release();
      body.close();
      refuse(response, callback, call, Failures.ofStatus(503));
    }
  }

  private static void refuse(Response response, Callback callback, ApiCall call, ApiError error) {
    call.tally().failed(error.code());
    Replies.error(response, callback, error);
  }

  private ApiException full() {
    return new ApiException(
        503,
        "OVERLOADED",
        "the server works on " + callsMax + " requests already",
        Map.of("max_concurrent_requests", callsMax));
  }

  private void work(
      Request request, Response response, Callback callback, ApiCall call, BodyBuffer body) {
    MDC.put(RequestId.MDC_KEY, RequestIds.of(request));
    Reply reply = new Reply(call);
    call.received(body);
    try {
      ContainerRequest inner = containerRequest(request, call);
      inner.setWriter(reply);
      jersey.handle(inner);
    } catch (RuntimeException | Error failure) {
      reply.failure(failure);
    } finally {
      call.finish();
    }
    if (call.place().isPresent() && call.reply().isPresent()) {
      reply.send(response, released(call, callback));
    } else {
      // What is as small as an error may not keep a place until somebody reads it.
      release(call);
      reply.send(response, callback);
    }
  }

  /** A reply is at work until its client has read it. */
  private Callback released(ApiCall call, Callback callback) {
    return Callback.from(
        () -> {
          release(call);
          callback.succeeded();
        },
        failure -> {
          release(call);
          callback.failed(failure);
        });
  }

  private void release(ApiCall call) {
    call.place().ifPresent(TenantShares.Place::close);
    permits.release();
  }

  private static ContainerRequest containerRequest(Request request, ApiCall call) {
    ContainerRequest inner =
        new ContainerRequest(
            RequestUri.BASE,
            call.uri(),
            request.getMethod(),
            NoSecurity.INSTANCE,
            new MapPropertiesDelegate(),
            null);
    for (HttpField field : request.getHeaders()) {
      if (field.getHeader() != HttpHeader.CONTENT_TYPE) { // Whoever takes a body asks for it.
        inner.headers(field.getName(), field.getValue());
      }
    }
    inner.setProperty(ApiCall.PROPERTY, call);
    return inner;
  }

  @Override
  protected void doStop() throws Exception {
    threads.shutdown();
    super.doStop();
  }

  /** Collects what Jersey writes: heads of replies, and errors. */
  private static final class Reply implements ContainerResponseWriter {
    private final ApiCall call;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private Optional<ContainerResponse> head = Optional.empty();
    private Optional<Throwable> failure = Optional.empty();

    Reply(ApiCall call) {
      this.call = call;
    }

    void send(Response response, Callback callback) {
      if (failure.isPresent() || head.isEmpty()) {
        call.reply().ifPresent(ReplyBody::drop);
        refuse(response, callback, call, failure.map(Failures::of).orElseGet(Failures::internal));
        return;
      }
      count(head.get());
      head.get()
          .getStringHeaders()
          .forEach((name, values) -> response.getHeaders().put(name, values));
      if (call.reply().isPresent()) {
        response.setStatus(head.get().getStatus());
        call.reply().get().send(response, callback);
        return;
      }
      // Of a reply to HEAD nothing is written, but its head says how long it would be.
      byte[] bytes =
          switch (head.get().getEntity()) {
            case byte[] whole -> whole;
            case ApiError error -> error.toJson();
            case null, default -> body.toByteArray();
          };
      String type = Optional.ofNullable(head.get().getMediaType()).map(Object::toString).orElse("");
      Replies.send(response, callback, head.get().getStatus(), type, bytes);
    }

    private void count(ContainerResponse response) {
      if (response.getEntity() instanceof ApiError error) {
        call.tally().failed(error.code());
      } else {
        call.tally().succeeded();
      }
    }

    @Override
    public OutputStream writeResponseStatusAndHeaders(long length, ContainerResponse response) {
      head = Optional.of(response);
      return body;
    }

    @Override
    public boolean suspend(long timeout, TimeUnit unit, TimeoutHandler handler) {
      return false;
    }

    @Override
    public void setSuspendTimeout(long timeout, TimeUnit unit) {
      throw new IllegalStateException("nothing is suspended");
    }

    @Override
    public void commit() {}

    @Override
    public void failure(Throwable error) {
      failure = Optional.of(error);
    }

    @Override
    public boolean enableResponseBuffering() {
      return false;
    }
  }
}
