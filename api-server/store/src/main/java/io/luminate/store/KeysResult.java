// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.List;

/** {@code truncated} says that there are more keys than were returned. */
public record KeysResult(List<String> keys, boolean truncated) {
  public KeysResult {
    keys = List.copyOf(keys);
  }

  /** The first so many of what may be more. */
  public static KeysResult ofFirst(int limit, List<String> keys) {
    return keys.size() > limit
        ? new KeysResult(keys.subList(0, limit), true)
        : new KeysResult(keys, false);
  }
}
