// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

/** Takes every series' points in the order of (time, value). One per worker; not thread safe. */
interface SeriesSink {
  /** Stands for the time of a point that there is not. */
  long NO_POINT = Long.MIN_VALUE;

  /**
   * The next points {@code [from, to)} of a series.
   *
   * @param previousMillis of the point before the first one, or {@link #NO_POINT}
   */
  void points(
      int group,
      long previousMillis,
      double previousValue,
      long[] timestampsMillis,
      double[] values,
      int from,
      int to);

  /** Two neighbours, the later of which was given before without the earlier. */
  void join(
      int group, long earlierMillis, double earlierValue, long laterMillis, double laterValue);
}
