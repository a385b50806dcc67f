// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.auth.Authenticator;
import io.luminate.server.auth.Principal;
import io.luminate.server.auth.Scope;
import io.luminate.server.http.json.ReplyJson;
import io.luminate.server.query.ReadScope;
import io.luminate.store.QueryControl;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through Jersey: who calls, and how to stop its work when the client goes
 * away or the server shuts down.
 */
final class ApiCall {
  static final String PROPERTY = "io.luminate.call";

  private final Request request;
  private final RequestUri uri;
  private final Authenticator authenticator;
  private final Set<QueryControl> active;
  private final MemoryBudget replies;
  private @Nullable QueryControl control;
  private Optional<ClientWatch> watch = Optional.empty();
  private boolean cancelled;
  private Optional<ReplyBody> reply = Optional.empty();

  /**
   * @param active queries at work in the whole server, safe for concurrent use
   * @param replies room for the reply
   */
  ApiCall(
      Request request,
      Authenticator authenticator,
      Set<QueryControl> active,
      MemoryBudget replies) {
    this.request = request;
    this.uri = RequestUri.of(request.getHttpURI());
    this.authenticator = authenticator;
    this.active = active;
    this.replies = replies;
  }

  static ApiCall of(ContainerRequestContext context) {
    return (ApiCall) context.getProperty(PROPERTY);
  }

  /** The caller, who must have the scope. */
  Principal require(Scope scope) {
    String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    Principal principal = authenticator.authenticate(authorization == null ? "" : authorization);
    principal.require(scope);
    checkUri();
    return principal;
  }

  /** Comes after the question who calls, where there is one. */
  void checkUri() {
    uri.problem()
        .ifPresent(
            problem -> {
              throw problem;
            });
  }

  /** For routes and parameters. */
  URI uri() {
    return uri.uri();
  }

  static ReadScope readScope(Principal principal) {
    return new ReadScope(principal.tenant(), principal.pinnedDimensions());
  }

  /** Renders the reply's body, as the last thing that can fail; Jersey makes its head. */
  void reply(ReplyJson.Body body) {
    ReplyBody rendered = new ReplyBody(replies);
    try {
      ReplyJson.render(rendered, body);
    } catch (RuntimeException | Error failure) {
      rendered.drop();
      throw failure;
    }
    reply = Optional.of(rendered);
  }

  /** Empty where Jersey makes all of the reply: an error. */
  Optional<ReplyBody> reply() {
    return reply;
  }

  /** Starts the clock of the request's work. */
  synchronized QueryControl start(Duration timeout) {
    QueryControl started = QueryControl.withTimeout(timeout, RequestIds.of(request));
    control = started;
    active.add(started);
    watch = ClientWatch.start(request, started::cancel);
    if (cancelled) {
      started.cancel();
    }
    return started;
  }

  synchronized void cancel() {
    cancelled = true;
    if (control != null) {
      control.cancel();
    }
  }

  /** Comes before the reply. */
  synchronized void finish() {
    watch.ifPresent(ClientWatch::close);
    if (control != null) {
      active.remove(control);
    }
  }
}
