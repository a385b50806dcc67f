// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import java.util.Arrays;

/**
 * The last point so far of every numbered series. Different series may be set by different threads
 * at once.
 *
 * <pre>
 * cells[2 n] = time of series n, or NO_POINT | cells[2 n + 1] = bits of its value
 * </pre>
 */
final class LastPoints {
  static final long SERIES_BYTES = 2 * Long.BYTES;

  private final long[] cells;

  /**
   * @param series 0 to keep nothing, where all points of a series come at once
   */
  LastPoints(int series) {
    cells = new long[2 * series];
    Arrays.fill(cells, SeriesSink.NO_POINT);
  }

  long millis(int number) {
    return cells.length == 0 ? SeriesSink.NO_POINT : cells[2 * number];
  }

  double value(int number) {
    return cells.length == 0 ? 0 : Double.longBitsToDouble(cells[2 * number + 1]);
  }

  void set(int number, long millis, double value) {
    if (cells.length > 0) {
      cells[2 * number] = millis;
      cells[2 * number + 1] = Double.doubleToRawLongBits(value);
    }
  }

  static boolean inOrder(long millisA, double valueA, long millisB, double valueB) {
    return millisA < millisB || (millisA == millisB && Double.compare(valueA, valueB) <= 0);
  }
}
