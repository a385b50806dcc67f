// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import java.util.Arrays;
import java.util.Optional;

/**
 * The newest series of an index in the order in which they came, by number from 0; an ordinal that
 * is used again comes again. One writer; readers take none of its locks: the count is written last.
 */
final class Arrivals {
  private static final int KEPT_MIN = 2_048;

  /** Of all series of the index: what readers look at is an eighth. */
  private static final int KEPT_SHARE = 4;

  /**
   * @param first the number of the first that is kept
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Log(long first, int[] ordinals) {}

  private volatile Log log = new Log(0, new int[4]);
  private volatile long count;

  long count() {
    return count;
  }

  /**
   * @param series in the index
   */
  void add(int ordinal, int series) {
    Log now = log;
    int place = (int) (count - now.first());
    if (place == now.ordinals().length) {
      now = withRoom(now, Math.max(KEPT_MIN, series / KEPT_SHARE));
      place = (int) (count - now.first());
      log = now;
    }
    now.ordinals()[place] = ordinal;
    long more = count + 1;
    count = more;
  }

  private static Log withRoom(Log full, int kept) {
    int length = full.ordinals().length;
    if (length < 2 * kept) {
      return new Log(full.first(), Arrays.copyOf(full.ordinals(), length * 2));
    }
    int[] newer = new int[2 * kept];
    System.arraycopy(full.ordinals(), length - kept, newer, 0, kept);
    return new Log(full.first() + length - kept, newer);
  }

  /** Ordinals of all arrivals from a number on; nothing if some are not kept any more. */
  Optional<int[]> since(long number) {
    Log now = log;
    return number < now.first() ? Optional.empty() : Optional.of(from(now, number));
  }

  /** The last ones, as far as they are kept. */
  int[] newest(int arrivals) {
    Log now = log;
    return from(now, Math.max(now.first(), count - arrivals));
  }

  /** What comes after this log is full is newer than the call. */
  private int[] from(Log now, long number) {
    int[] ordinals = now.ordinals();
    int end = (int) Math.min(ordinals.length, count - now.first());
    int from = (int) Math.min(end, number - now.first());
    return Arrays.copyOfRange(ordinals, from, end);
  }
}
