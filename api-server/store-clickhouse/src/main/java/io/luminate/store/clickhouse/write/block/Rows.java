// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import io.luminate.store.clickhouse.write.series.SeriesCursor;
import java.util.Arrays;

/**
 * Rows one behind the other, as their points came:
 *
 * <pre>
 *   timestamp  i64
 *   value      u64    bits of the double
 *   group      u32    which tenant's metric, in {@link Groups}
 *   series            from its hash to its last pair, as in the record of the series
 * </pre>
 */
final class Rows {
  static final int TIMESTAMP = 0;
  static final int VALUE = 8;
  static final int GROUP = 16;
  static final int SERIES = 20;

  /** From the series' hash to its number of pairs without a slot. */
  private static final int HASH_TO_REST = 17;

  static final int OVERFLOW = SERIES + HASH_TO_REST + 1;
  static final int PAIRS = OVERFLOW + 1;

  /** Of a row without an entity. */
  static final int NO_ENTITY = 0;

  /** Of {@link RowOrder} as well. */
  private static final int BYTES_BESIDE_A_ROW = 3 * Integer.BYTES + Long.BYTES;

  private final ColumnBytes bytes = new ColumnBytes();
  private int[] starts = new int[0];
  private int[] entities = new int[0];
  private int count;

  /** Slots that any row has, by bit. */
  private int slotsUsed;

  private boolean entityUsed;
  private boolean restUsed;
  private boolean overflowUsed;

  void clear() {
    bytes.clear();
    count = 0;
    slotsUsed = 0;
    entityUsed = false;
    restUsed = false;
    overflowUsed = false;
  }

  int count() {
    return count;
  }

  long memoryBytes() {
    return bytes.size() + (long) count * BYTES_BESIDE_A_ROW;
  }

  boolean slotUsed(int slot) {
    return (slotsUsed >>> slot & 1) != 0;
  }

  boolean entityUsed() {
    return entityUsed;
  }

  boolean restUsed() {
    return restUsed;
  }

  boolean overflowUsed() {
    return overflowUsed;
  }

  /** The series is the one at the cursor. */
  void add(long timestampMillis, long valueBits, int group, SeriesCursor cursor) {
    begin(timestampMillis, valueBits, group);
    byte[] record = cursor.bytes();
    int first = cursor.series();
    int shift = bytes.size() - first;
    int at = cursor.pairs();
    int pair = 0;
    for (; record[at] != 0; pair++) {
      slotsUsed |= 1 << record[at];
      noteEntity(pair == cursor.entityPair(), at + 1 + shift);
      at = ColumnBytes.textEnd(record, at + 1);
    }
    at++;
    for (int left = cursor.restPairs(); left > 0; left--, pair++) {
      restUsed = true;
      int text = ColumnBytes.textEnd(record, at);
      noteEntity(pair == cursor.entityPair(), text + shift);
      at = ColumnBytes.textEnd(record, text);
    }
    bytes.copy(record, first, at - first);
    overflowUsed |= cursor.isOverflow();
    count++;
  }

  private void noteEntity(boolean is, int at) {
    if (is) {
      entities[count] = at;
      entityUsed = true;
    }
  }

  /** A row without dimensions. */
  void add(long timestampMillis, long valueBits, int group, long seriesHigh, long seriesLow) {
    begin(timestampMillis, valueBits, group);
    bytes.putLong(seriesLow);
    bytes.putLong(seriesHigh);
    bytes.putZeros(PAIRS - SERIES - 2 * Long.BYTES + 1);
    count++;
  }

  private void begin(long timestampMillis, long valueBits, int group) {
    if (count == starts.length) {
      int more = Math.max(64, count < 1 << 12 ? count : count / 8);
      starts = Arrays.copyOf(starts, count + more);
      entities = Arrays.copyOf(entities, count + more);
    }
    starts[count] = bytes.size();
    entities[count] = NO_ENTITY;
    bytes.putLong(timestampMillis);
    bytes.putLong(valueBits);
    bytes.putNumber(group, Integer.BYTES);
  }

  /** What all positions below are in. */
  byte[] array() {
    return bytes.array();
  }

  int start(int row) {
    return starts[row];
  }

  long timestampMillis(int row) {
    return bytes.longAt(starts[row] + TIMESTAMP);
  }

  int group(int row) {
    return bytes.intAt(starts[row] + GROUP);
  }

  /** Of the row that begins there. */
  int groupAt(int start) {
    return bytes.intAt(start + GROUP);
  }

  long seriesHigh(int row) {
    return bytes.longAt(starts[row] + SERIES + Long.BYTES);
  }

  long seriesLow(int row) {
    return bytes.longAt(starts[row] + SERIES);
  }

  /** Where the text is that is the row's entity, with its length, or {@link #NO_ENTITY}. */
  int entity(int row) {
    return entities[row];
  }

  int restPairs(int row) {
    return bytes.array()[starts[row] + SERIES + HASH_TO_REST] & 0xFF;
  }
}
