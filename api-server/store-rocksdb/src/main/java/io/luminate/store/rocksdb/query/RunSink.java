// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

/** Takes the points that a scan found. One per worker; not thread safe. */
interface RunSink {
  /** Whether {@link #run} looks at timestamps. */
  boolean needsTimes();

  /** Whether {@link #run} looks at values. */
  boolean needsValues();

  /** Points {@code [from, to)} of one series, ascending in time, all within the item's range. */
  void run(int group, int ordinal, long[] timestampsMillis, double[] values, int from, int to);

  /** No more points of this item. */
  default void endItem() {}
}
