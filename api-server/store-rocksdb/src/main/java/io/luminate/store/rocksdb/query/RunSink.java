// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

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

  /** No more points of this item. */
  default void endItem() {}
}
