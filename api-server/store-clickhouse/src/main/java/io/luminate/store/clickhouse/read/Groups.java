// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.clickhouse.client.RowReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The groups to be returned, and what there is in all. Statements answer with a row for each group:
 * its key, {@link #COLUMNS}; that of {@link SeriesSql} has two columns more, {@code left_out} and
 * {@code beyond}.
 *
 * @param total groups, returned or not
 * @param points of all groups
 * @param series of all groups, 0 if they were not counted
 * @param leftOut series that stand for several and are in no group
 * @param beyond groups with a sum that left the range of a double on its way, if it is a sum
 */
record Groups(
    List<Group> returned, long total, long points, long series, long leftOut, long beyond) {
  /** In the order in which they are read. */
  static final String COLUMNS = "n, v, cells, all_groups, all_points, all_series";

  /** What stands for no cells. */
  static final String NO_CELLS = "CAST([], 'Array(Tuple(Int64, Float64, UInt64))')";

  static Groups read(RowReader rows, GroupKeys keys) throws IOException {
    return read(rows, keys, false);
  }

  /** Of {@link SeriesSql}. */
  static Groups readInOrder(RowReader rows, GroupKeys keys) throws IOException {
    return read(rows, keys, true);
  }

  private static Groups read(RowReader rows, GroupKeys keys, boolean leavingOut)
      throws IOException {
    List<Group> returned = new ArrayList<>();
    Groups all = new Groups(List.of(), 0, 0, 0, 0, 0);
    while (rows.hasNext()) {
      Group group = new Group(keys.read(rows), rows.int64(), rows.float64(), Group.readCells(rows));
      if (group.points() > 0) {
        returned.add(group);
      }
      all =
          new Groups(
              returned,
              rows.int64(),
              rows.int64(),
              rows.int64(),
              leavingOut ? rows.int64() : 0,
              leavingOut ? rows.int64() : 0);
    }
    return all;
  }

  /** The group of {@link SeriesSql#rateOfOne}: of each bucket a rate, {@code b, c, s, o, a, z}. */
  static Groups readOne(RowReader rows, GroupKeys keys) throws IOException {
    List<Group.Cell> cells = new ArrayList<>();
    long points = 0;
    long series = 0;
    long leftOut = 0;
    while (rows.hasNext()) {
      double rate = rows.float64();
      Group.Cell cell = new Group.Cell(rows.int64(), rate, rows.int64());
      points += cell.points();
      series += rows.int64();
      leftOut += rows.int64();
      rows.float64();
      rows.float64();
      if (cell.bucket() >= 0) {
        cells.add(cell);
      }
    }
    if (points == 0) {
      return new Groups(List.of(), 0, 0, 0, leftOut, 0);
    }
    Group group = new Group(keys.read(rows), points, Double.NaN, List.of()).with(cells);
    long beyond = cells.stream().filter(cell -> !Double.isFinite(cell.value())).count();
    return new Groups(List.of(group), cells.isEmpty() ? 0 : 1, points, series, leftOut, beyond);
  }
}
