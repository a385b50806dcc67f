// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One row of {@code ledger}, column by column. */
public final class LedgerBlock implements Block {
  private final List<Column> columns = new ArrayList<>();

  private record Column(String name, String type, ColumnBytes value) {}

  public LedgerBlock text(String column, String value) {
    return bytes(column, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Of a column of type String, which may have any bytes. */
  public LedgerBlock bytes(String column, byte[] value) {
    add(column, "String").putText(value);
    return this;
  }

  public LedgerBlock int64(String column, long value) {
    add(column, "Int64").putLong(value);
    return this;
  }

  public LedgerBlock uint128(String column, long high, long low) {
    ColumnBytes bytes = add(column, "UInt128");
    bytes.putLong(low);
    bytes.putLong(high);
    return this;
  }

  public LedgerBlock bool(String column, boolean value) {
    add(column, "Bool").putNumber(value ? 1 : 0, 1);
    return this;
  }

  private ColumnBytes add(String name, String type) {
    Column column = new Column(name, type, new ColumnBytes());
    columns.add(column);
    return column.value();
  }

  @Override
  public List<String> names() {
    return columns.stream().map(Column::name).toList();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    NativeOutput output = new NativeOutput(out);
    output.beginBlock(columns.size(), 1);
    for (Column column : columns) {
      output.beginColumn(column.name(), column.type());
      output.room().copy(column.value().array(), 0, column.value().size());
    }
    output.end();
  }
}
