// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.Map;

/** What tenants set for single metrics by themselves: every store keeps so many of each. */
public final class OwnRetentions {
  /** All of them are looked through, by whoever needs to know the shortest. */
  public static final int OF_TENANT_MAX = 64;

  private OwnRetentions() {}

  /**
   * To be asked before one is set for a metric that has none.
   *
   * @param ofTenant that there are
   */
  public static void requireRoom(long ofTenant) {
    if (ofTenant >= OF_TENANT_MAX) {
      throw new StoreException(
          ErrorCode.INVALID_QUERY,
          "the tenant has set a retention of its own for %d metrics, and may for %d"
              .formatted(ofTenant, OF_TENANT_MAX),
          Map.of("limit", "retentions_per_tenant", "value", OF_TENANT_MAX, "current", ofTenant));
    }
  }
}
