// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.auth.InternalTokens;
import io.luminate.server.http.json.ReplyJson;
import io.luminate.server.http.reply.ApiException;
import io.luminate.server.http.reply.Failures;
import io.luminate.server.limits.document.DocumentReader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/** {@code /internal/v1/…}: what an operator tells a server, and asks it. Always with a token. */
final class InternalHandler extends Handler.Abstract {
  private static final int REPLICAS_BYTES_MAX = 4 << 10;

  /** Questions that may wait for the store; protects the heap, as each may hold a reply. */
  private static final int WAITING_MAX = 16;

  private final InternalTokens tokens;
  private final InternalCalls calls;
  private final RequestBodies bodies;
  private final MemoryBudget replies;
  private final Semaphore waiting = new Semaphore(WAITING_MAX);

  InternalHandler(
      InternalTokens tokens, InternalCalls calls, RequestBodies bodies, MemoryBudget replies) {
    this.tokens = tokens;
    this.calls = calls;
    this.bodies = bodies;
    this.replies = replies;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    try {
      tokens.check(RequestHeaders.authorization(request));
      route(request, response, callback);
    } catch (RuntimeException refused) {
      bodies.discard(
          request,
          new ApiException(Failures.of(refused)),
          why -> Replies.error(response, callback, why.error()),
          callback::failed);
    }
    return true;
  }

  private void route(Request request, Response response, Callback callback) {
    switch (Request.getPathInContext(request)) {
      case "/internal/v1/config" -> {
        if (request.getMethod().equals("PUT")) {
          putConfig(request, response, callback);
        } else {
          checkMethod(request, response, Set.of("GET", "HEAD"), "GET, HEAD, PUT");
          boolean whole = flag(parameters(request, List.of("document")), "document", true);
          reply(response, callback, calls.status(whole));
        }
      }
      case "/internal/v1/replicas" -> {
        checkMethod(request, response, Set.of("PUT"), "PUT");
        parameters(request, List.of());
        Function<byte[], ReplyJson.Body> work = calls::count;
        bodies.read(
            request,
            bodies.pool(),
            REPLICAS_BYTES_MAX,
            new Put(response, callback, work, why -> {}));
      }
      case "/internal/v1/usage" -> {
        checkMethod(request, response, Set.of("GET", "HEAD"), "GET, HEAD");
        Map<String, String> given = parameters(request, List.of("after", "limit", "near"));
        UsagePage page =
            UsagePage.of(
                Optional.ofNullable(given.get("after")), Optional.ofNullable(given.get("limit")));
        usage(response, callback, flag(given, "near", false) ? page.ofNear() : page);
      }
      case "/internal/v1/retention" -> {
        checkMethod(request, response, Set.of("GET", "HEAD"), "GET, HEAD");
        parameters(request, List.of());
        reply(response, callback, calls.retention());
      }
      case "/internal/v1/retention/run" -> {
        checkMethod(request, response, Set.of("POST"), "POST");
        parameters(request, List.of());
        Function<byte[], ReplyJson.Body> work = nothing -> calls.cleanUp();
        bodies.read(
            request,
            bodies.pool(),
            REPLICAS_BYTES_MAX,
            new Put(response, callback, work, why -> {}));
      }
      default -> throw new ApiException(Failures.ofStatus(404));
    }
  }

  /** Not on the port's threads, which have to hear of lower limits while the store is slow. */
  private void usage(Response response, Callback callback, UsagePage page) {
    if (!waiting.tryAcquire()) {
      throw new ApiException(
          503,
          "OVERLOADED",
          "the server answers " + WAITING_MAX + " such questions already",
          Map.of("max_concurrent_requests", WAITING_MAX));
    }
    Thread.ofVirtual()
        .name("usage")
        .start(
            () -> {
              try {
                reply(response, callback, calls.usage(page));
              } catch (RuntimeException | Error refused) {
                Replies.error(response, callback, Failures.of(refused));
              } finally {
                waiting.release();
              }
            });
  }

  private void putConfig(Request request, Response response, Callback callback) {
    parameters(request, List.of());
    String from = Request.getRemoteAddr(request);
    Put put =
        new Put(
            response, callback, bytes -> calls.push(from, bytes), why -> calls.refused(from, why));
    bodies.read(request, bodies.pool(), DocumentReader.BYTES_MAX, put);
  }

  private static void checkMethod(
      Request request, Response response, Set<String> methods, String allowed) {
    if (!methods.contains(request.getMethod())) {
      response.getHeaders().put(HttpHeader.ALLOW, allowed);
      throw new ApiException(Failures.ofStatus(405));
    }
  }

  /** Refuses parameters that are not known and those that come twice. */
  private static Map<String, String> parameters(Request request, List<String> known) {
    Fields fields = fields(request);
    for (Fields.Field field : fields) {
      if (!known.contains(field.getName()) || field.getValues().size() > 1) {
        throw invalid("the parameters are " + known + ", each at most once");
      }
    }
    Map<String, String> values = new HashMap<>();
    fields.forEach(field -> values.put(field.getName(), field.getValue()));
    return values;
  }

  private static Fields fields(Request request) {
    try {
      return Request.extractQueryParameters(request);
    } catch (RuntimeException malformed) {
      throw invalid("the parameters are malformed");
    }
  }

  private static boolean flag(Map<String, String> given, String name, boolean otherwise) {
    return switch (given.getOrDefault(name, String.valueOf(otherwise))) {
      case "true" -> true;
      case "false" -> false;
      default -> throw invalid(name + " must be true or false");
    };
  }

  private static ApiException invalid(String message) {
    return new ApiException(400, "INVALID_REQUEST", message);
  }

  private void reply(Response response, Callback callback, ReplyJson.Body body) {
    ReplyBody rendered = new ReplyBody(replies);
    try {
      ReplyJson.render(rendered, body);
    } catch (RuntimeException | Error failure) {
      rendered.drop();
      throw failure;
    }
    response.setStatus(200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Replies.JSON);
    rendered.send(response, callback);
  }

  /** Something that is told. */
  private static final class Put implements BodyReader.Sink {
    private final Response response;
    private final Callback callback;
    private final Function<byte[], ReplyJson.Body> work;
    private final Consumer<ApiException> unread;

    /**
     * @param unread told of a body that was refused before anybody read it
     */
    Put(
        Response response,
        Callback callback,
        Function<byte[], ReplyJson.Body> work,
        Consumer<ApiException> unread) {
      this.response = response;
      this.callback = callback;
      this.work = work;
      this.unread = unread;
    }

    @Override
    public void body(BodyBuffer body) {
      ReplyJson.Body answer;
      try (body) {
        answer = work.apply(Arrays.copyOf(body.bytes(), body.length()));
      } catch (RuntimeException | Error refused) {
        Replies.error(response, callback, Failures.of(refused));
        return;
      }
      Replies.send(response, callback, 200, Replies.JSON, ReplyJson.render(answer));
    }

    @Override
    public void refused(ApiException refusal) {
      unread.accept(refusal);
      Replies.error(response, callback, refusal.error());
    }

    @Override
    public void failed(Throwable failure) {
      callback.failed(failure);
    }
  }
}
