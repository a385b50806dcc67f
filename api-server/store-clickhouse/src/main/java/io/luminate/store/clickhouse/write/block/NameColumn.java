// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names of which there are few: those that occur, then for each row which of them.
 *
 * <pre>
 *   version  u64   1
 *   flags    u64   width of the numbers below (0, 1, 2: 1, 2, 4 bytes) | 0x600, the names follow
 *   names    u64   how many, then each as a text
 *   rows     u64   how many, then each as a number
 * </pre>
 */
final class NameColumn implements Column {
  private static final long VERSION = 1;
  private static final long NAMES_FOLLOW = 0x600;

  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final ColumnBytes names = new ColumnBytes();
  private final ColumnBytes rows = new ColumnBytes();

  /** For {@link #put}, until the column is cleared. */
  int numberOf(byte[] name) {
    int known = numbers.size();
    int number = numbers.computeIfAbsent(new String(name, StandardCharsets.UTF_8), any -> known);
    if (number == known) {
      names.putText(name);
    }
    return number;
  }

  void put(int number) {
    rows.putInt(number);
  }

  @Override
  public String type() {
    return "LowCardinality(String)";
  }

  @Override
  public boolean isUsed() {
    return rows.size() > 0;
  }

  @Override
  public long bytes() {
    return (long) names.size() + rows.size();
  }

  @Override
  public void clear() {
    numbers.clear();
    names.clear();
    rows.clear();
  }

  @Override
  public void writeTo(OutputStream out, int rowCount) throws IOException {
    int width = numbers.size() <= 1 << 8 ? 0 : numbers.size() <= 1 << 16 ? 1 : 2;
    ColumnBytes head = new ColumnBytes();
    head.putLong(VERSION);
    head.putLong(NAMES_FOLLOW | width);
    head.putLong(numbers.size());
    head.writeTo(out);
    names.writeTo(out);
    head.clear();
    head.putLong(rowCount);
    for (int row = 0; row < rowCount; row++) {
      head.copy(rows.array(), row * Integer.BYTES, 1 << width);
    }
    head.writeTo(out);
  }

  @Override
  public NameColumn only(BitSet chosen, int rowCount) {
    NameColumn some = new NameColumn();
    numbers.keySet().forEach(name -> some.numberOf(name.getBytes(StandardCharsets.UTF_8)));
    chosen.stream()
        .forEach(row -> some.rows.copy(rows.array(), row * Integer.BYTES, Integer.BYTES));
    return some;
  }
}
