// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

/** Whether the store can serve now. */
public sealed interface StoreHealth {
  record Healthy(long diskUsedBytes) implements StoreHealth {}

  /** {@code readable}: writes fail while reads go on. */
  record Unhealthy(String error, boolean readable) implements StoreHealth {}
}
