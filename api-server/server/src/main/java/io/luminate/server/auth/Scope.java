// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import java.util.Locale;
import java.util.Optional;

/** What a token permits. */
public enum Scope {
  READ,
  WRITE,
  /** Retention and deletion, of the token's own tenant. */
  ADMIN,
  /** The view across tenants; adds no right over any tenant's data. */
  CLUSTER_ADMIN;

  private final String claim = name().toLowerCase(Locale.ROOT);

  /** As it stands in a token. */
  public String claim() {
    return claim;
  }

  static Optional<Scope> of(String claim) {
    for (Scope scope : values()) {
      if (scope.claim.equals(claim)) {
        return Optional.of(scope);
      }
    }
    return Optional.empty();
  }
}
