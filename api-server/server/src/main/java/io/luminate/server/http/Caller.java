// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.TenantId;
import io.luminate.server.auth.Authenticator;
import io.luminate.server.auth.Principal;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request, found out once: whose body it is has to be known before it is read, and
 * whether a token is good is only said where one is asked for.
 */
final class Caller {
  private final @Nullable Principal principal;
  private final @Nullable RuntimeException refusal;

  private Caller(@Nullable Principal principal, @Nullable RuntimeException refusal) {
    this.principal = principal;
    this.refusal = refusal;
  }

  static Caller of(Authenticator authenticator, Request request) {
    try {
      return new Caller(authenticator.authenticate(RequestHeaders.authorization(request)), null);
    } catch (RuntimeException refused) {
      return new Caller(null, refused);
    }
  }

  Optional<TenantId> tenant() {
    return Optional.ofNullable(principal).map(Principal::tenant);
  }

  /** Throws what the authenticator threw. */
  Principal required() {
    if (principal == null) {
      throw refusal == null ? new IllegalStateException("neither known nor refused") : refusal;
    }
    return principal;
  }
}
