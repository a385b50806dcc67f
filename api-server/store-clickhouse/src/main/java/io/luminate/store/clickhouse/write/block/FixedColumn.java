// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import java.io.IOException;
import java.io.OutputStream;
import java.util.BitSet;

/** Numbers of one width, with a value in every row. */
final class FixedColumn implements Column {
  private final String type;
  private final int width;
  private final ColumnBytes bytes = new ColumnBytes();

  FixedColumn(String type, int width) {
    this.type = type;
    this.width = width;
  }

  void put(long value) {
    bytes.putLong(value);
  }

  long longAt(int row) {
    return bytes.longAt(row * width);
  }

  void copy(byte[] from, int at) {
    bytes.copy(from, at, width);
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public boolean isUsed() {
    return bytes.size() > 0;
  }

  @Override
  public long bytes() {
    return bytes.size();
  }

  @Override
  public void clear() {
    bytes.clear();
  }

  @Override
  public void writeTo(OutputStream out, int rows) throws IOException {
    bytes.writeTo(out);
  }

  @Override
  public FixedColumn only(BitSet chosen, int rows) {
    FixedColumn some = new FixedColumn(type, width);
    chosen.stream().forEach(row -> some.copy(bytes.array(), row * width));
    return some;
  }
}
