// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.clickhouse.client.RowReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A group as a statement answers it.
 *
 * @param points of the group
 * @param value infinite or not a number if it exceeds the range of a double
 * @param cells by time
 */
record Group(List<String> key, long points, double value, List<Cell> cells) {

  /**
   * A group's bucket.
   *
   * @param bucket counted from the first one of the question
   */
  record Cell(long bucket, double value, long points) {
    static Cell read(RowReader rows) throws IOException {
      return new Cell(rows.int64(), rows.float64(), rows.int64());
    }
  }

  Group with(List<Cell> others) {
    return new Group(
        key,
        points,
        value,
        others.stream().sorted(Comparator.comparingLong(Cell::bucket)).toList());
  }

  static List<Cell> readCells(RowReader rows) throws IOException {
    int length = rows.length();
    List<Cell> cells = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      cells.add(Cell.read(rows));
    }
    cells.sort(Comparator.comparingLong(Cell::bucket));
    return cells;
  }

  /** As results give it. */
  static OptionalDouble result(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
