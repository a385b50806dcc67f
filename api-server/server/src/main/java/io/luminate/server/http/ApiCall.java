// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.auth.Authenticator;
import io.luminate.server.auth.Principal;
import io.luminate.server.auth.Scope;
import io.luminate.server.query.ReadScope;
import io.luminate.store.QueryControl;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through Jersey: who calls, and how to stop its work when the client goes
 * away or the server shuts down.
 */
final class ApiCall {
  static final String PROPERTY = "io.luminate.call";

  private final Authenticator authenticator;
  private final String authorization;
  private final Set<QueryControl> active;
  private @Nullable QueryControl control;
  private boolean cancelled;

  /**
   * @param active queries at work in the whole server, safe for concurrent use
   */
  ApiCall(Authenticator authenticator, String authorization, Set<QueryControl> active) {
    this.authenticator = authenticator;
    this.authorization = authorization;
    this.active = active;
  }

  /** The caller, who must have the scope. */
  Principal require(Scope scope) {
    Principal principal = authenticator.authenticate(authorization);
    principal.require(scope);
    return principal;
  }

  static ReadScope readScope(Principal principal) {
    return new ReadScope(principal.tenant(), principal.pinnedDimensions());
  }

  /** Starts the clock of the request's work. */
  synchronized QueryControl start(Duration timeout) {
    QueryControl started = QueryControl.withTimeout(timeout);
    control = started;
    active.add(started);
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

  synchronized void finish() {
    if (control != null) {
      active.remove(control);
    }
  }
}
