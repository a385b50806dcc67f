// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import java.util.Arrays;

/**
 * Sorts rows as the table has them, by (tenant, metric, entity, series, timestamp), so that
 * ClickHouse finds them sorted. Sorting them there was nearly half of an insert's processor time.
 *
 * <p>Rows are counted into their groups, and a group is sorted by a few bytes of the entity at a
 * time, behind what all its entities begin with; rows that have these in common are then sorted by
 * what follows, and so on to the timestamp. Of each row a long has those bytes and its number, so
 * nothing but longs is compared; only few rows are compared as a whole.
 */
final class RowOrder {
  /** Fewer rows are inserted one by one. */
  private static final int FEW = 20;

  /** Of a row's number in a long, of any block. */
  private static final int ROW_BITS_MAX = 28;

  /** The same, of blocks as they mostly are. */
  static final int ROW_BITS = 20;

  private final Rows rows;
  private final Groups groups;
  private final int fewRowBits;
  private int[] order = new int[0];
  private long[] work = new long[0];
  private int rowBits;

  /**
   * Bytes of an entity that go into one key, with a number from 0 to this in three bits behind
   * them.
   */
  private int entityStep;

  /** What rows of a range are sorted by next. */
  private enum By {
    ENTITY,
    SERIES,
    TIMESTAMP
  }

  /**
   * @param fewRowBits of a row's number where they suffice, from 1 to {@link #ROW_BITS}
   */
  RowOrder(Rows rows, Groups groups, int fewRowBits) {
    this.rows = rows;
    this.groups = groups;
    this.fewRowBits = fewRowBits;
  }

  /** The rows' numbers; what lies behind {@link Rows#count} means nothing. */
  int[] sort() {
    int count = rows.count();
    if (order.length < count) {
      order = new int[count + count / 8];
      work = new long[order.length];
    }
    boolean few = count <= 1 << fewRowBits;
    rowBits = few ? fewRowBits : ROW_BITS_MAX;
    entityStep = few ? 5 : 4;
    int[] ends = group(count);
    int from = 0;
    for (int end : ends) {
      sort(from, end, By.ENTITY, 0);
      from = end;
    }
    return order;
  }

  /** Where each group's rows end, by its place. */
  private int[] group(int count) {
    int[] places = groups.places();
    int[] next = new int[places.length + 1];
    for (int row = 0; row < count; row++) {
      next[places[rows.group(row)] + 1]++;
    }
    for (int place = 1; place < next.length; place++) {
      next[place] += next[place - 1];
    }
    for (int row = 0; row < count; row++) {
      order[next[places[rows.group(row)]]++] = row;
    }
    return Arrays.copyOf(next, places.length);
  }

  /**
   * @param done bytes of the entity, or 32-bit words of the rest, that all rows have in common
   */
  private void sort(int from, int to, By by, int done) {
    if (to - from < FEW) {
      insertOneByOne(from, to);
      return;
    }
    int skipped = by == By.ENTITY ? common(from, to, done) : done;
    for (int i = from; i < to; i++) {
      work[i] = key(order[i], by, skipped) << rowBits | order[i];
    }
    Arrays.sort(work, from, to);
    for (int i = from; i < to; i++) {
      order[i] = (int) work[i] & (1 << rowBits) - 1;
    }
    sortEquals(from, to, by, skipped);
  }

  private void sortEquals(int from, int to, By by, int done) {
    int start = from;
    for (int i = from + 1; i <= to; i++) {
      if (i < to && work[i] >>> rowBits == work[start] >>> rowBits) {
        continue;
      }
      if (i - start > 1) {
        sortFurther(start, i, by, done);
      }
      start = i;
    }
  }

  private void sortFurther(int from, int to, By by, int done) {
    switch (by) {
      case ENTITY -> {
        boolean ended = (work[from] >>> rowBits & 7) < entityStep;
        sort(from, to, ended ? By.SERIES : By.ENTITY, ended ? 0 : done + entityStep);
      }
      case SERIES -> sort(from, to, done < 3 ? By.SERIES : By.TIMESTAMP, done < 3 ? done + 1 : 0);
      case TIMESTAMP -> {
        if (done == 0) {
          sort(from, to, By.TIMESTAMP, 1);
        }
      }
    }
  }

  private long key(int row, By by, int done) {
    return switch (by) {
      case ENTITY -> entityKey(row, done);
      case SERIES -> word(done < 2 ? rows.seriesHigh(row) : rows.seriesLow(row), done & 1);
      case TIMESTAMP -> word(rows.timestampMillis(row) ^ Long.MIN_VALUE, done);
    };
  }

  private static long word(long of, int number) {
    return number == 0 ? of >>> 32 : of & 0xFFFFFFFFL;
  }

  /** The next bytes, zeros behind the last one, and how many there are. */
  private long entityKey(int row, int done) {
    int text = rows.entity(row);
    if (text == Rows.NO_ENTITY) {
      return 0;
    }
    byte[] bytes = rows.array();
    int at = ColumnBytes.textStart(bytes, text) + done;
    int left = Math.min(entityStep, ColumnBytes.textEnd(bytes, text) - at);
    long key = 0;
    for (int i = 0; i < entityStep; i++) {
      key = key << 8 | (i < left ? bytes[at + i] & 0xFF : 0);
    }
    return key << 3 | left;
  }

  /** Bytes that all entities begin with. */
  private int common(int from, int to, int atLeast) {
    int first = rows.entity(order[from]);
    if (first == Rows.NO_ENTITY) {
      return atLeast;
    }
    byte[] bytes = rows.array();
    int start = ColumnBytes.textStart(bytes, first);
    int common = ColumnBytes.textEnd(bytes, first) - start;
    for (int i = from + 1; i < to && common > atLeast; i++) {
      int other = rows.entity(order[i]);
      if (other == Rows.NO_ENTITY) {
        return atLeast;
      }
      int otherStart = ColumnBytes.textStart(bytes, other);
      int end = Math.min(common, ColumnBytes.textEnd(bytes, other) - otherStart);
      int same = atLeast;
      while (same < end && bytes[start + same] == bytes[otherStart + same]) {
        same++;
      }
      common = same;
    }
    return common;
  }

  private void insertOneByOne(int from, int to) {
    for (int i = from + 1; i < to; i++) {
      int row = order[i];
      int at = i;
      for (; at > from && compare(row, order[at - 1]) < 0; at--) {
        order[at] = order[at - 1];
      }
      order[at] = row;
    }
  }

  /** Of one group. */
  private int compare(int left, int right) {
    int compared = compareEntities(rows.entity(left), rows.entity(right));
    if (compared == 0) {
      compared = Long.compareUnsigned(rows.seriesHigh(left), rows.seriesHigh(right));
    }
    if (compared == 0) {
      compared = Long.compareUnsigned(rows.seriesLow(left), rows.seriesLow(right));
    }
    return compared == 0
        ? Long.compare(rows.timestampMillis(left), rows.timestampMillis(right))
        : compared;
  }

  private int compareEntities(int left, int right) {
    if (left == Rows.NO_ENTITY || right == Rows.NO_ENTITY) {
      return Integer.compare(left, right);
    }
    byte[] bytes = rows.array();
    return Arrays.compareUnsigned(
        bytes,
        ColumnBytes.textStart(bytes, left),
        ColumnBytes.textEnd(bytes, left),
        bytes,
        ColumnBytes.textStart(bytes, right),
        ColumnBytes.textEnd(bytes, right));
  }
}
