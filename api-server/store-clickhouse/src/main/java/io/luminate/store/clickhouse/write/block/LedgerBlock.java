// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One row of {@code ledger}, column by column. */
public final class LedgerBlock {
  private final List<String> names = new ArrayList<>();
  private final List<Column> columns = new ArrayList<>();

  public LedgerBlock text(String column, String value) {
    return bytes(column, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Of a column of type String, which may have any bytes. */
  public LedgerBlock bytes(String column, byte[] value) {
    ColumnBytes text = new ColumnBytes();
    text.putText(value);
    TextColumn added = new TextColumn();
    added.put(0, text.array(), 0, text.size());
    return add(column, added);
  }

  public LedgerBlock int64(String column, long value) {
    FixedColumn added = new FixedColumn("Int64", Long.BYTES);
    added.put(value);
    return add(column, added);
  }

  public LedgerBlock uint128(String column, long high, long low) {
    FixedColumn added = new FixedColumn("UInt128", 2 * Long.BYTES);
    ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    added.copy(bytes.putLong(low).putLong(high).array(), 0);
    return add(column, added);
  }

  public LedgerBlock bool(String column, boolean value) {
    FixedColumn added = new FixedColumn("Bool", 1);
    added.copy(new byte[] {(byte) (value ? 1 : 0)}, 0);
    return add(column, added);
  }

  private LedgerBlock add(String name, Column column) {
    names.add(name);
    columns.add(column);
    return this;
  }

  public Block block() {
    return new Block(names, columns, 1);
  }
}
