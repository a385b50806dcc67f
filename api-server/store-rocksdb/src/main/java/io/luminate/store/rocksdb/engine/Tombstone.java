// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

/**
 * A delete in force: the metric's points with {@code timestamp < beforeMillis} from frames before
 * {@code seq} do not exist. Heads are cut when it is applied; segments from earlier frames are
 * clipped when read and freed of the points when they merge.
 */
record Tombstone(long seq, int metricId, long beforeMillis) {
  /** Whether the other takes nothing that this one does not take too. */
  boolean covers(Tombstone other) {
    return metricId == other.metricId && seq >= other.seq && beforeMillis >= other.beforeMillis;
  }
}
