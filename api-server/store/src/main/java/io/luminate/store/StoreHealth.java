// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.List;

/** Whether the store can serve now. */
public sealed interface StoreHealth {
  /**
   * @param warnings what is lost or unreadable, and where, while everything else is served; none of
   *     it mends itself, so it is no reason to keep requests away
   */
  record Healthy(long diskUsedBytes, List<String> warnings) implements StoreHealth {
    public Healthy {
      warnings = List.copyOf(warnings);
    }

    public Healthy(long diskUsedBytes) {
      this(diskUsedBytes, List.of());
    }
  }

  /** {@code readable}: writes fail while reads go on. */
  record Unhealthy(String error, boolean readable) implements StoreHealth {}
}
