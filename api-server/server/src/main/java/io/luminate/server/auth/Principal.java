// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import io.luminate.model.TenantId;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * A caller.
 *
 * @param pinnedDimensions when not empty, the only data it may read or write; such a caller never
 *     has an admin's scopes
 */
public record Principal(
    String subject, TenantId tenant, Set<Scope> scopes, Map<String, String> pinnedDimensions) {
  /** Everyone, while authentication is off. */
  public static final Principal ANONYMOUS =
      new Principal("anonymous", TenantId.DEFAULT, EnumSet.allOf(Scope.class), Map.of());

  private static final Set<Scope> ADMIN_SCOPES = Set.of(Scope.ADMIN, Scope.CLUSTER_ADMIN);

  public Principal {
    pinnedDimensions = Map.copyOf(pinnedDimensions);
    scopes = pinnedDimensions.isEmpty() ? Set.copyOf(scopes) : withoutAdmin(scopes);
  }

  public boolean isPinned() {
    return !pinnedDimensions.isEmpty();
  }

  /** Refuses with FORBIDDEN when the scope is missing. */
  public void require(Scope scope) {
    if (!scopes.contains(scope)) {
      String because =
          isPinned() && ADMIN_SCOPES.contains(scope)
              ? ", which a token pinned to dimensions never carries"
              : "";
      throw new AuthException(
          AuthException.Reason.FORBIDDEN,
          "this needs the scope \"" + scope.claim() + "\"" + because);
    }
  }

  private static Set<Scope> withoutAdmin(Set<Scope> scopes) {
    EnumSet<Scope> rest = EnumSet.noneOf(Scope.class);
    rest.addAll(scopes);
    rest.removeAll(ADMIN_SCOPES);
    return Set.copyOf(rest);
  }
}
