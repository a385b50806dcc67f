// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import java.io.IOException;
import java.io.OutputStream;
import java.util.BitSet;

/** Texts, each behind its length. Rows that were left out are empty. */
final class TextColumn implements Column {
  private final ColumnBytes bytes = new ColumnBytes();
  private int filled;

  /** Copies a text with its length into a row behind all others that have one. */
  void put(int row, byte[] from, int at, int count) {
    fill(row);
    bytes.copy(from, at, count);
    filled = row + 1;
  }

  private void fill(int rows) {
    bytes.putZeros(rows - filled);
    filled = rows;
  }

  @Override
  public String type() {
    return "String";
  }

  @Override
  public boolean isUsed() {
    return filled > 0;
  }

  @Override
  public long bytes() {
    return bytes.size();
  }

  @Override
  public void clear() {
    bytes.clear();
    filled = 0;
  }

  @Override
  public void writeTo(OutputStream out, int rows) throws IOException {
    fill(rows);
    bytes.writeTo(out);
  }

  @Override
  public TextColumn only(BitSet chosen, int rows) {
    fill(isUsed() ? rows : 0);
    TextColumn some = new TextColumn();
    int at = 0;
    for (int row = 0; row < filled; row++) {
      int to = ColumnBytes.textEnd(bytes.array(), at);
      if (chosen.get(row)) {
        some.put(some.filled, bytes.array(), at, to - at);
      }
      at = to;
    }
    return some;
  }
}
