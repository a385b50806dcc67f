// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import java.util.Arrays;

/**
 * Which series carry a code: the ordinals of each code side by side, {@code
 * ordinals[starts[code]..starts[code + 1])}, ascending. Built by counting sort when first needed;
 * series that came later are looked for in the code column itself.
 */
record Postings(int builtSeries, int[] starts, int[] ordinals) {
  /** A rebuild costs as much as scanning this share of the column a few times. */
  private static final int TAIL_SHARE = 8;

  private static final int TAIL_SERIES_MIN = 1_024;

  static final Postings NONE = new Postings(0, new int[] {0}, new int[0]);

  static Postings build(int[] codes, int series, int maxCode) {
    int[] starts = new int[maxCode + 2];
    for (int i = 0; i < series; i++) {
      starts[codes[i] + 1]++;
    }
    for (int code = 1; code < starts.length; code++) {
      starts[code] += starts[code - 1];
    }
    int[] next = starts.clone();
    int[] ordinals = new int[series];
    for (int i = 0; i < series; i++) {
      ordinals[next[codes[i]]++] = i;
    }
    return new Postings(series, starts, ordinals);
  }

  boolean tooOld(int series) {
    return series - builtSeries > TAIL_SERIES_MIN + series / TAIL_SHARE;
  }

  int size(int[] codes, int series, int code) {
    int tail = 0;
    for (int i = builtSeries; i < series; i++) {
      tail += codes[i] == code ? 1 : 0;
    }
    return built(code) + tail;
  }

  int[] of(int[] codes, int series, int code) {
    int built = built(code);
    int[] found = new int[size(codes, series, code)];
    if (built > 0) {
      System.arraycopy(ordinals, starts[code], found, 0, built);
    }
    int at = built;
    for (int i = builtSeries; i < series && at < found.length; i++) {
      if (codes[i] == code) {
        found[at++] = i;
      }
    }
    return Arrays.copyOf(found, at);
  }

  private int built(int code) {
    return code + 1 < starts.length ? starts[code + 1] - starts[code] : 0;
  }
}
