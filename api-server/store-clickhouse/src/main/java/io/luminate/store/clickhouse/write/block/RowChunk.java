// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import io.luminate.store.clickhouse.schema.MetricSlots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Some rows that follow each other in an order, written column by column. */
final class RowChunk {
  /** Then what is read of them, 100 bytes or so for each, fits into a processor's own cache. */
  static final int ROWS_MAX = 4_096;

  private static final int LINE_BYTES = 64;

  private static final int NO_GROUP = -1;

  /** Then what is on its way stays in the processor's own cache. */
  private static final int TEXTS_AT_ONCE = 512;

  private static final long LOW_CARDINALITY_VERSION = 1;
  private static final long NAMES_FOLLOW = 0x600;

  private final Rows rows;
  private final Groups groups;
  private final int[] order;
  private final int[] slots;

  /** Of each row, where it is; read once, as rows in an order are all over memory. */
  private final int[] starts = new int[ROWS_MAX];

  /** Of each row, where its next pair is. */
  private final int[] next = new int[ROWS_MAX];

  private final List<Run> runs = new ArrayList<>();
  private int from;
  private int to;

  /** Depends on what was loaded, and means nothing. */
  private int loaded;

  /** Rows of one group that follow each other. */
  private record Run(Groups.Group group, int rows) {}

  /**
   * @param order numbers of rows
   * @param slots that any of them has, ascending
   */
  RowChunk(Rows rows, Groups groups, int[] order, int[] slots) {
    this.rows = rows;
    this.groups = groups;
    this.order = order;
    this.slots = slots;
  }

  /** The rows at these places of the order, the last one not included. */
  void select(int first, int end) {
    from = first;
    to = end;
    for (int i = from; i < to; i++) {
      starts[i - from] = rows.start(order[i]);
    }
    load();
    runs.clear();
    int start = 0;
    int group = rows.groupAt(starts[0]);
    for (int i = 1; i <= to - from; i++) {
      next[i - 1] = starts[i - 1] + Rows.PAIRS;
      int following = i < to - from ? rows.groupAt(starts[i]) : NO_GROUP;
      if (following != group) {
        runs.add(new Run(groups.get(group), i - start));
        start = i;
        group = following;
      }
    }
  }

  /**
   * Brings the rows into the processor's cache: a row is mostly in two lines of it, and loads that
   * do not wait for each other are several at a time.
   */
  private void load() {
    byte[] bytes = rows.array();
    int sum = loaded;
    for (int i = 0; i < to - from; i++) {
      sum += bytes[starts[i]] + bytes[Math.min(starts[i] + LINE_BYTES, bytes.length - 1)];
    }
    loaded = sum;
  }

  void writeTo(NativeOutput output) throws IOException {
    writeNames(output, "tenant", Groups.Group::tenant);
    writeNames(output, "metric", Groups.Group::metric);
    if (rows.entityUsed()) {
      writeEntities(output);
    }
    writeNumbers(output, "series", "UInt128", Rows.SERIES, 2 * Long.BYTES);
    writeNumbers(output, "timestamp", "Int64", Rows.TIMESTAMP, Long.BYTES);
    writeNumbers(output, "value", "Float64", Rows.VALUE, Long.BYTES);
    for (int slot : slots) {
      writeSlot(output, slot);
    }
    if (rows.restUsed()) {
      writeRest(output);
    }
    if (rows.overflowUsed()) {
      writeNumbers(output, "overflow", "Bool", Rows.OVERFLOW, 1);
    }
  }

  /**
   * Names of which there are few: those that occur, then for each row which of them.
   *
   * <pre>
   *   version  u64   1
   *   flags    u64   width of the numbers below (0, 1: 1, 2 bytes) | 0x600, the names follow
   *   names    u64   how many, then each as a text
   *   rows     u64   how many, then each as a number
   * </pre>
   */
  private void writeNames(NativeOutput output, String column, Function<Groups.Group, byte[]> of)
      throws IOException {
    List<byte[]> names = new ArrayList<>();
    Map<ByteBuffer, Integer> numbers = new HashMap<>();
    for (Run run : runs) {
      byte[] name = of.apply(run.group());
      if (numbers.putIfAbsent(ByteBuffer.wrap(name), names.size()) == null) {
        names.add(name);
      }
    }
    int width = names.size() <= 1 << 8 ? 0 : 1;
    output.beginColumn(column, "LowCardinality(String)");
    output.room().putLong(LOW_CARDINALITY_VERSION);
    output.room().putLong(NAMES_FOLLOW | width);
    output.room().putLong(names.size());
    for (byte[] name : names) {
      output.room().putText(name);
    }
    output.room().putLong(to - from);
    for (Run run : runs) {
      int number = numbers.getOrDefault(ByteBuffer.wrap(of.apply(run.group())), 0);
      for (int left = run.rows(); left > 0; left--) {
        output.room().putNumber(number, 1 << width);
      }
    }
  }

  private void writeEntities(NativeOutput output) throws IOException {
    output.beginColumn("entity", "String");
    for (int i = from; i < to; i++) {
      int text = rows.entity(order[i]);
      if (text == Rows.NO_ENTITY) {
        output.room().putZeros(1);
      } else {
        copyText(output, text);
      }
    }
  }

  /** With its length; where it ends. */
  private int copyText(NativeOutput output, int text) throws IOException {
    int end = ColumnBytes.textEnd(rows.array(), text);
    output.room().copy(rows.array(), text, end - text);
    return end;
  }

  private void writeNumbers(NativeOutput output, String column, String type, int field, int bytes)
      throws IOException {
    output.beginColumn(column, type);
    output.room().copyNumbers(rows.array(), starts, to - from, field, bytes);
  }

  private void writeSlot(NativeOutput output, int slot) throws IOException {
    output.beginColumn(MetricSlots.column(slot), "String");
    for (int first = 0; first < to - from; first += TEXTS_AT_ONCE) {
      int end = Math.min(to - from, first + TEXTS_AT_ONCE);
      output.room().copySlot(rows.array(), next, first, end, slot);
    }
  }

  /** For each row where its pairs end, then all keys, then all values. */
  private void writeRest(NativeOutput output) throws IOException {
    output.beginColumn("rest", "Map(String, String)");
    long pairs = 0;
    for (int i = from; i < to; i++) {
      pairs += rows.restPairs(order[i]);
      output.room().putLong(pairs);
    }
    writeRestTexts(output, true);
    writeRestTexts(output, false);
  }

  private void writeRestTexts(NativeOutput output, boolean keys) throws IOException {
    byte[] bytes = rows.array();
    for (int i = from; i < to; i++) {
      int at = next[i - from] + 1;
      for (int left = rows.restPairs(order[i]); left > 0; left--) {
        int key = at;
        int value = ColumnBytes.textEnd(bytes, key);
        at = ColumnBytes.textEnd(bytes, value);
        copyText(output, keys ? key : value);
      }
    }
  }
}
