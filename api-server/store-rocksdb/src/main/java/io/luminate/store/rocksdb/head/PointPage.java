// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.head;

/**
 * Points in the order of arrival. The first {@code size} never change; the arrays are shared, not
 * copied, and may be longer.
 *
 * @param ordinals the series of each point
 */
@SuppressWarnings("ArrayRecordComponent")
public record PointPage(
    int size, int[] ordinals, long[] timestampsMillis, double[] values, OrdinalFilter filter) {

  /** A page that grows no more. */
  public PointPage(int size, int[] ordinals, long[] timestampsMillis, double[] values) {
    this(size, ordinals, timestampsMillis, values, new OrdinalFilter(ordinals, size));
  }

  /** False only when no point of the page is of the series. */
  public boolean mayHold(int ordinal) {
    return filter.mayHold(ordinal);
  }

  /** Whether any point is not earlier. */
  public boolean anyFrom(long millis) {
    for (int i = 0; i < size; i++) {
      if (timestampsMillis[i] >= millis) {
        return true;
      }
    }
    return false;
  }
}
