// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import java.util.LinkedHashMap;
import java.util.Map;

/** Forgets what was not asked for the longest. Not safe for use by many threads. */
@SuppressWarnings("serial") // Nobody writes it anywhere.
final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
  private final int sizeMax;

  BoundedMap(int sizeMax) {
    super(16, 0.75f, true);
    this.sizeMax = sizeMax;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > sizeMax;
  }
}
