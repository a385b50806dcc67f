// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Filter;
import io.luminate.store.rocksdb.query.Cuts;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A delete in force: the metric's points with {@code timestamp < beforeMillis} from frames before
 * {@code seq}, of series that pass the filters, do not exist. Heads are cut when it is applied;
 * segments from earlier frames are clipped when read and freed of the points when they merge.
 *
 * @param filters none: of all series
 */
record Tombstone(long seq, int metricId, long beforeMillis, List<Filter> filters) {
  Tombstone {
    filters = List.copyOf(filters);
  }

  /** Whether the other takes nothing that this one does not take too. */
  boolean covers(Tombstone other) {
    return metricId == other.metricId
        && seq >= other.seq
        && beforeMillis >= other.beforeMillis
        && (takesAll() || filters.equals(other.filters));
  }

  boolean takesAll() {
    return filters.isEmpty();
  }

  Cuts.Cut cut() {
    return new Cuts.Cut(filters, beforeMillis);
  }

  /** In the catalog, without the seq. */
  byte[] value() {
    ByteBuffer out = ByteBuffer.allocate(12 + (takesAll() ? 0 : FilterBytes.size(filters)));
    out.putInt(metricId).putLong(beforeMillis);
    if (!takesAll()) {
      FilterBytes.put(out, filters);
    }
    return out.array();
  }

  static Tombstone restore(long seq, byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    int metricId = in.getInt();
    long beforeMillis = in.getLong();
    List<Filter> filters = in.hasRemaining() ? FilterBytes.get(in) : List.of();
    return new Tombstone(seq, metricId, beforeMillis, filters);
  }
}
