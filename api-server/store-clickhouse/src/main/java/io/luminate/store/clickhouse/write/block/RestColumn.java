// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import java.io.IOException;
import java.io.OutputStream;
import java.util.BitSet;

/**
 * Maps of text to text: for each row where its pairs end, then all keys, then all values. Rows that
 * were left out are empty.
 */
final class RestColumn implements Column {
  private final ColumnBytes ends = new ColumnBytes();
  private final ColumnBytes keys = new ColumnBytes();
  private final ColumnBytes values = new ColumnBytes();
  private int filled;
  private long pairs;

  /** Pairs that follow belong to this row, which lies behind all others that have some. */
  void begin(int row) {
    fill(row);
  }

  /** Both texts with their lengths. */
  void put(byte[] keyFrom, int key, int keyBytes, byte[] valueFrom, int value, int valueBytes) {
    keys.copy(keyFrom, key, keyBytes);
    values.copy(valueFrom, value, valueBytes);
    pairs++;
  }

  /** Ends the rows before this one. */
  private void fill(int rows) {
    for (; filled < rows; filled++) {
      ends.putLong(pairs);
    }
  }

  @Override
  public String type() {
    return "Map(String, String)";
  }

  @Override
  public boolean isUsed() {
    return pairs > 0;
  }

  @Override
  public long bytes() {
    return (long) ends.size() + keys.size() + values.size();
  }

  @Override
  public void clear() {
    ends.clear();
    keys.clear();
    values.clear();
    filled = 0;
    pairs = 0;
  }

  @Override
  public void writeTo(OutputStream out, int rows) throws IOException {
    fill(rows);
    ends.writeTo(out);
    keys.writeTo(out);
    values.writeTo(out);
  }

  @Override
  public RestColumn only(BitSet chosen, int rows) {
    fill(rows);
    RestColumn some = new RestColumn();
    int key = 0;
    int value = 0;
    int taken = 0;
    long pair = 0;
    for (int row = 0; row < rows; row++) {
      boolean wanted = chosen.get(row);
      if (wanted) {
        some.begin(taken++);
      }
      for (; pair < ends.longAt(row * Long.BYTES); pair++) {
        int keyEnd = ColumnBytes.textEnd(keys.array(), key);
        int valueEnd = ColumnBytes.textEnd(values.array(), value);
        if (wanted) {
          some.put(keys.array(), key, keyEnd - key, values.array(), value, valueEnd - value);
        }
        key = keyEnd;
        value = valueEnd;
      }
    }
    return some;
  }
}
