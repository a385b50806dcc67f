// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads blocks back, by ClickHouse's description of its Native format. */
final class NativeRows {
  private final ByteBuffer bytes;
  private int rows;
  private int blockRows;
  private final Map<String, List<Object>> columns = new LinkedHashMap<>();

  private NativeRows(byte[] block) {
    bytes = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      int count = length();
      blockRows = length();
      for (int i = 0; i < count; i++) {
        readColumn(columns.computeIfAbsent(text(), name -> new ArrayList<>()), text());
      }
      rows += blockRows;
    }
  }

  static NativeRows of(Block block) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    block.writeTo(out);
    NativeRows read = new NativeRows(out.toByteArray());
    if (read.rows > 0) {
      assertThat(read.columns.keySet()).containsExactlyElementsOf(block.names());
    }
    return read;
  }

  int rows() {
    return rows;
  }

  /** A row's value in a column, or the default of one that was left out. */
  Object value(String column, int row, Object byDefault) {
    return columns.containsKey(column) ? columns.get(column).get(row) : byDefault;
  }

  private void readColumn(List<Object> values, String type) {
    switch (type) {
      case "LowCardinality(String)" -> readNames(values);
      case "Map(String, String)" -> readMaps(values);
      default -> {
        for (int row = 0; row < blockRows; row++) {
          values.add(
              switch (type) {
                case "String" -> text();
                case "Int64" -> bytes.getLong();
                case "Bool" -> bytes.get() != 0;
                case "Float64" -> bytes.getDouble();
                case "UInt128" -> uint128();
                default -> throw new IllegalArgumentException(type);
              });
        }
      }
    }
  }

  private void readNames(List<Object> values) {
    assertThat(bytes.getLong()).isEqualTo(1);
    long flags = bytes.getLong();
    List<String> names = new ArrayList<>();
    for (long left = bytes.getLong(); left > 0; left--) {
      names.add(text());
    }
    assertThat(bytes.getLong()).isEqualTo(blockRows);
    for (int row = 0; row < blockRows; row++) {
      values.add(
          names.get(
              switch ((int) flags & 0xFF) {
                case 0 -> bytes.get() & 0xFF;
                case 1 -> bytes.getShort() & 0xFFFF;
                default -> bytes.getInt();
              }));
    }
  }

  private void readMaps(List<Object> values) {
    long[] ends = new long[blockRows];
    for (int row = 0; row < blockRows; row++) {
      ends[row] = bytes.getLong();
    }
    int pairs = blockRows == 0 ? 0 : (int) ends[blockRows - 1];
    List<String> keys = texts(pairs);
    List<String> texts = texts(pairs);
    int pair = 0;
    for (int row = 0; row < blockRows; row++) {
      Map<String, String> map = new TreeMap<>();
      for (; pair < ends[row]; pair++) {
        map.put(keys.get(pair), texts.get(pair));
      }
      values.add(map);
    }
  }

  private List<String> texts(int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(text());
    }
    return texts;
  }

  private BigInteger uint128() {
    long low = bytes.getLong();
    return new BigInteger(1, ByteBuffer.allocate(16).putLong(bytes.getLong()).putLong(low).array());
  }

  private int length() {
    int length = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes.get();
      length |= (next & 0x7F) << shift;
      if (next >= 0) {
        return length;
      }
    }
  }

  private String text() {
    byte[] text = new byte[length()];
    bytes.get(text);
    return new String(text, UTF_8);
  }
}
