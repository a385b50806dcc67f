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
    requireRoom(ofTenant, OF_TENANT_MAX);
  }

  /**
   * The same of a store that has fewer places for one.
   *
   * @param max of this tenant now
   */
  public static void requireRoom(long ofTenant, long max) {
    if (ofTenant >= max) {
      throw new StoreException(
          ErrorCode.INVALID_QUERY,
          "the tenant has set a retention of its own for %d metrics, and may for %d"
              .formatted(ofTenant, max),
          Map.of("limit", "retentions_per_tenant", "value", max, "current", ofTenant));
    }
  }
}
