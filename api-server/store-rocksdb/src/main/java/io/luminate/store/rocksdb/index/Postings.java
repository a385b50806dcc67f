// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which series carried a code when this was built: the ordinals of each code side by side, {@code
 * ordinals[starts[code]..starts[code + 1])}, ascending. Built by counting sort when first needed;
 * series that came later are looked for in the code column itself. Those that went since are still
 * here.
 *
 * @param arrivals of the index when this was built
 */
@SuppressWarnings("ArrayRecordComponent")
record Postings(long arrivals, int[] starts, int[] ordinals) {
  /** A rebuild costs as much as scanning this share of the column a few times. */
  private static final int TAIL_SHARE = 8;

  private static final int TAIL_SERIES_MIN = 1_024;

  static final Postings NONE = new Postings(Long.MIN_VALUE, new int[] {0}, new int[0]);

  static Postings build(int[] codes, int series, int maxCode, long arrivals) {
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
    return new Postings(arrivals, starts, ordinals);
  }

  /**
   * @param tail ordinals that came since
   */
  static boolean tooOld(int series, int[] tail) {
    return tail.length > TAIL_SERIES_MIN + series / TAIL_SHARE;
  }

  /**
   * @param tail ordinals that came since this was built
   */
  int size(int[] codes, int[] tail, int code) {
    int later = 0;
    for (int ordinal : tail) {
      later += ordinal < codes.length && codes[ordinal] == code ? 1 : 0;
    }
    return built(code) + later;
  }

  int[] of(int[] codes, int[] tail, int code) {
    int built = built(code);
    int[] before =
        built == 0 ? new int[0] : Arrays.copyOfRange(ordinals, starts[code], starts[code] + built);
    int[] later = IntStream.of(tail).filter(o -> o < codes.length && codes[o] == code).toArray();
    return later.length == 0
        ? before
        : IntStream.concat(IntStream.of(before), IntStream.of(later)).sorted().distinct().toArray();
  }

  private int built(int code) {
    return code + 1 < starts.length ? starts[code + 1] - starts[code] : 0;
  }
}
