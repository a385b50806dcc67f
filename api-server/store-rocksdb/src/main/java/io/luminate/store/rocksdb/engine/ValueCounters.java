// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.segment.DimensionCounts;
import java.util.ArrayList;
import java.util.List;

/** Counts, while a metric is written to a segment, the points of every dimension value. */
final class ValueCounters {
  /** Below so many runs, reading the runs is as quick as reading counters. */
  private static final int RUNS_MIN = 1_024;

  private final int[][] codes;
  private final long[][] counts;
  private long runs;

  ValueCounters(MetricIndex index) {
    int keys = index.keys().size();
    codes = new int[keys][];
    counts = new long[keys][];
    for (int keyNo = 0; keyNo < keys; keyNo++) {
      codes[keyNo] = index.codes(keyNo);
      counts[keyNo] = new long[index.dictionary(keyNo).size() + 1];
    }
  }

  void add(int ordinal, long points) {
    runs++;
    for (int keyNo = 0; keyNo < codes.length; keyNo++) {
      counts[keyNo][codes[keyNo][ordinal]] += points;
    }
  }

  List<DimensionCounts> result() {
    List<DimensionCounts> all = new ArrayList<>();
    for (int keyNo = 0; keyNo < counts.length && runs >= RUNS_MIN; keyNo++) {
      DimensionCounts found = nonZero(keyNo);
      if (found.codes().length > 0) {
        all.add(found);
      }
    }
    return all;
  }

  /** Code 0, an absent value, is no value to list. */
  private DimensionCounts nonZero(int keyNo) {
    int found = 0;
    for (int code = 1; code < counts[keyNo].length; code++) {
      found += counts[keyNo][code] > 0 ? 1 : 0;
    }
    int[] present = new int[found];
    long[] points = new long[found];
    int at = 0;
    for (int code = 1; code < counts[keyNo].length; code++) {
      if (counts[keyNo][code] > 0) {
        present[at] = code;
        points[at++] = counts[keyNo][code];
      }
    }
    return new DimensionCounts(keyNo, present, points);
  }
}
