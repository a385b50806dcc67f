// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.auth.Principal;
import io.luminate.server.auth.Scope;
import io.luminate.server.http.json.ReplyJson;
import io.luminate.server.limits.ConcurrentQueries;
import io.luminate.server.query.ReadScope;
import io.luminate.store.QueryControl;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through Jersey: who calls, and how to stop its work when the client goes
 * away or the server shuts down.
 */
final class ApiCall {
  static final String PROPERTY = "io.luminate.call";

  /**
   * What one request may take.
   *
   * @param bodyBytesMax of a body, sent and inflated
   */
  record Room(
      MemoryBudget replies, TenantShares shares, int bodyBytesMax, boolean compressionAllowed) {}

  /**
   * Who comes in, and how much of that is allowed at once.
   *
   * @param body its sender's room for one
   */
  record Entrance(Caller caller, BodyShares.Place body, RateGate rates) {}

  private final Request request;
  private final RequestUri uri;
  private final Entrance entrance;
  private final Set<QueryControl> active;
  private final Room room;
  private final QueryTally tally;
  private Optional<BodyBuffer> body = Optional.empty();
  private @Nullable QueryControl control;
  private Optional<ClientWatch> watch = Optional.empty();
  private boolean cancelled;

  private Optional<TenantShares.Place> place = Optional.empty();
  private Optional<ReplyBody> reply = Optional.empty();

  /**
   * @param active queries at work in the whole server, safe for concurrent use
   */
  ApiCall(
      Request request, Entrance entrance, Set<QueryControl> active, Room room, QueryTally tally) {
    this.request = request;
    this.uri = RequestUri.of(request.getHttpURI());
    this.entrance = entrance;
    this.active = active;
    this.room = room;
    this.tally = tally;
  }

  static ApiCall of(ContainerRequestContext context) {
    return (ApiCall) context.getProperty(PROPERTY);
  }

  /** The caller, who must have the scope. */
  Principal require(Scope scope) {
    return admit(principal -> principal.require(scope));
  }

  /** The same, of a caller who has any of the scopes and no part of the tenant alone. */
  Principal requireWholeTenant(List<Scope> anyOf) {
    return admit(principal -> principal.requireWholeTenant(anyOf));
  }

  private Principal admit(Consumer<Principal> rule) {
    Principal principal = entrance.caller().required();
    rule.accept(principal);
    place = Optional.of(entrance.rates().enterCall(principal.tenant(), room.shares()));
    checkUri();
    return principal;
  }

  /** A place for what asks the store about points, as one of the tenant's queries. */
  ConcurrentQueries.Place enterQuery(Principal principal) {
    return entrance.rates().enterQuery(principal.tenant());
  }

  /** Of the caller among its tenant's calls; empty where nobody was let in. */
  Optional<TenantShares.Place> place() {
    return place;
  }

  /** Comes after the question who calls, where there is one. */
  void checkUri() {
    uri.problem()
        .ifPresent(
            problem -> {
              throw problem;
            });
  }

  QueryTally tally() {
    return tally;
  }

  /** For routes and parameters. */
  URI uri() {
    return uri.uri();
  }

  static ReadScope readScope(Principal principal) {
    return new ReadScope(principal.tenant(), principal.pinnedDimensions());
  }

  /** The body, which has to be JSON and must not be larger than others when it is inflated. */
  InputStream json() {
    RequestHeaders.checkJson(request);
    Inflation inflation = RequestHeaders.inflation(request, room.compressionAllowed());
    BodyBuffer inflated =
        inflation.inflate(body.orElseThrow(), entrance.body().inflated(), room.bodyBytesMax());
    body = Optional.of(inflated);
    return inflated.stream();
  }

  /** For the body as it comes in. */
  BufferPool arriving() {
    return entrance.body().arriving();
  }

  /** The body as it was sent; closed with this call. */
  void received(BodyBuffer sent) {
    body = Optional.of(sent);
  }

  /** Renders the reply's body, as the last thing that can fail; Jersey makes its head. */
  void reply(ReplyJson.Body body) {
    ReplyBody rendered =
        new ReplyBody(place.map(TenantShares.Place::replies).orElse(room.replies()));
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
    body.ifPresent(BodyBuffer::close);
    if (control != null) {
      active.remove(control);
    }
  }
}
