// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import io.luminate.model.TenantId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

  /**
   * Refuses with FORBIDDEN who has none of the scopes, or is not meant to see all of the tenant.
   */
  public void requireWholeTenant(List<Scope> anyOf) {
    if (isPinned()) {
      throw new AuthException(
          AuthException.Reason.FORBIDDEN,
          "this is about the whole tenant, and the token is pinned to dimensions");
    }
    if (anyOf.stream().noneMatch(scopes::contains)) {
      throw new AuthException(
          AuthException.Reason.FORBIDDEN,
          anyOf.stream()
              .map(scope -> '"' + scope.claim() + '"')
              .collect(Collectors.joining(", ", "this needs one of the scopes ", "")));
    }
  }

  private static Set<Scope> withoutAdmin(Set<Scope> scopes) {
    EnumSet<Scope> rest = EnumSet.noneOf(Scope.class);
    rest.addAll(scopes);
    rest.removeAll(ADMIN_SCOPES);
    return Set.copyOf(rest);
  }
}
