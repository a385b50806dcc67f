// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.engine.ExpectedPoints.Point;
import java.util.HashMap;
import java.util.Map;

/**
 * Which changes outlive the loss of unforced frames: those before an index, a seal's deletes and
 * keys, and the points of the days it sealed.
 */
final class DurableChanges {
  private final Map<Integer, Integer> sealedDays = new HashMap<>();
  private int sealed;
  private int all;

  /** The day's points of the first changes are in segments. */
  void sealed(int day, int changes) {
    sealedDays.put(day, changes);
    sealed = changes;
  }

  /** The first changes are durable whatever they are. */
  void all(int changes) {
    all = Math.max(all, changes);
  }

  int all() {
    return all;
  }

  /** Of a delete or a key. */
  boolean holds(int index) {
    return index < Math.max(all, sealed);
  }

  boolean holds(int index, Point point) {
    return index < Math.max(all, sealedDays.getOrDefault(point.day(), 0));
  }
}
