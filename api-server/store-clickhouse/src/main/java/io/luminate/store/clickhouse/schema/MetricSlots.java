// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import java.util.List;
import java.util.OptionalInt;

/**
 * Where the points of one metric of a tenant keep their dimensions: the key in position n of the
 * list has slot n + 1, for ever. A key that is not in a full list lives in column {@code rest}; in
 * a list that is not full it has no place yet.
 */
public record MetricSlots(List<String> keys) {
  /** As many as the edge lets a point have dimensions, so a metric rarely needs {@code rest}. */
  public static final int COUNT = 20;

  public static final MetricSlots NONE = new MetricSlots(List.of());

  public MetricSlots {
    keys = List.copyOf(keys);
    if (keys.size() > COUNT) {
      throw new IllegalArgumentException(
          "a metric has at most " + COUNT + " slots, got " + keys.size() + " keys");
    }
  }

  /** From 1 to {@link #COUNT}; empty for a key that has none. */
  public OptionalInt slotOf(String key) {
    int index = keys.indexOf(key);
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index + 1);
  }

  /** The column of a slot, {@code s01} to {@code s20}. */
  public static String column(int slot) {
    if (slot < 1 || slot > COUNT) {
      throw new IllegalArgumentException("slot must be from 1 to " + COUNT + ", got " + slot);
    }
    return (slot < 10 ? "s0" : "s") + slot;
  }

  public boolean full() {
    return keys.size() == COUNT;
  }
}
