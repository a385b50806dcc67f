// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.document;

import io.luminate.model.TenantId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What somebody wants tenants to be limited to.
 *
 * @param version absent: it has no place in any order
 * @param defaults for all tenants
 * @param tenants whose limits differ from those; few different objects, shared
 * @param retention absent: the document says nothing about it
 * @param sha256 of the text, uncompressed
 * @param ignored paths of the first fields that are not known, as they may be misspelt
 */
public record LimitsDocument(
    OptionalLong version,
    Overrides defaults,
    Map<TenantId, Overrides> tenants,
    Optional<DocumentRetention> retention,
    String sha256,
    List<String> ignored) {
  /** The largest that every JSON parser keeps. */
  public static final long VERSION_MAX = (1L << 53) - 1;

  public static final int TENANTS_MAX = 200_000;

  /** {@code version 7} or {@code no version}, for messages. */
  public String versionText() {
    return version.isPresent() ? "version " + version.getAsLong() : "no version";
  }
}
