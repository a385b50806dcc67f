// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

/** Takes the points of one series and day in order. One per worker; not thread safe. */
interface SeriesSink {
  /** The point of the series before the first one given, if {@link #NO_POINT} is not its time. */
  long NO_POINT = Long.MIN_VALUE;

  /**
   * Points {@code [from, to)} by (time, value).
   *
   * @param previousMillis of the last point of an earlier day, or {@link #NO_POINT}
   * @param millisOfDay since {@code dayStartMillis}
   */
  void series(
      int group,
      long previousMillis,
      double previousValue,
      long dayStartMillis,
      int[] millisOfDay,
      double[] values,
      int from,
      int to);
}
