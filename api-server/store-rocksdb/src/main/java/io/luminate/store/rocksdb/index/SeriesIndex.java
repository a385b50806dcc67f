// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import io.luminate.model.Dimensions;
import java.util.List;

/**
 * The series of one metric, numbered by ordinals from 0. Safe to read while series are added; the
 * arrays are live and hold what they say for ordinals below {@link MetricSnapshot#seriesCount}.
 */
public interface SeriesIndex {
  /** The number of a dimension key, or −1 if no series has it. */
  int keyNo(String key);

  /** All keys; a key's number is its place, where {@code ""} stands for none. */
  List<String> keys();

  /** The value code of each series for a key; 0 where it has none. */
  int[] codes(int keyNo);

  ValueDictionary dictionary(int keyNo);

  /** Hash of the series' entity: the outermost order of runs in every segment, unsigned. */
  long clusterHash(int ordinal);

  /** First word of the series' 128-bit hash. */
  long hashHigh(int ordinal);

  /** Second word of the series' 128-bit hash. */
  long hashLow(int ordinal);

  /** The series with a value, ascending. May hold ordinals that are newer than a snapshot. */
  int[] ordinalsOf(int keyNo, int code);

  /** Length of {@link #ordinalsOf}, without building it. */
  int postingSize(int keyNo, int code);

  Dimensions dimensions(int ordinal);
}
