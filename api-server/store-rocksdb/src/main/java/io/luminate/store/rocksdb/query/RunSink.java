// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.head.PointPage;

/** Takes the points that a scan found. One per worker; not thread safe. */
interface RunSink {
  /** Whether {@link #run} looks at timestamps. */
  boolean needsTimes();

  /** Whether {@link #run} looks at values. */
  boolean needsValues();

  /**
   * The runs of a chunk follow, those that match, in this order.
   *
   * @param groupOfRun valid until the end of the item; what {@link #run} will be given as group
   */
  default void beginChunk(int[] groupOfRun, int runs) {}

  /** Points {@code [from, to)} of one series, ascending in time, all within the item's range. */
  void run(int group, int ordinal, long[] timestampsMillis, double[] values, int from, int to);

  /**
   * Points of a page in the order of arrival. Sinks that add a point to its group in a step or two
   * save a call for each by their own loop.
   *
   * @param groups of the points {@code [first, first + count)}; negative ones are not to be taken
   */
  default void scattered(int[] groups, PointPage page, int first, int count) {
    for (int i = 0; i < count; i++) {
      if (groups[i] >= 0) {
        int at = first + i;
        run(groups[i], page.ordinals()[at], page.timestampsMillis(), page.values(), at, at + 1);
      }
    }
  }

  /** No more points of this item. */
  default void endItem() {}
}
