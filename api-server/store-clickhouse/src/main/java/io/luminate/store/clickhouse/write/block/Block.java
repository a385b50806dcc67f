// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import io.luminate.store.clickhouse.client.InsertBody;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Rows in ClickHouse's Native format: the number of columns, the number of rows, then each column's
 * name, type and values.
 */
public final class Block implements InsertBody {
  private final List<String> names;
  private final List<Column> columns;
  private final int rows;

  Block(List<String> names, List<Column> columns, int rows) {
    this.names = names;
    this.columns = columns;
    this.rows = rows;
  }

  public List<String> names() {
    return names;
  }

  public int rows() {
    return rows;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    ColumnBytes head = new ColumnBytes();
    head.putLength(columns.size());
    head.putLength(rows);
    for (int i = 0; i < columns.size(); i++) {
      head.putText(names.get(i).getBytes(StandardCharsets.UTF_8));
      head.putText(columns.get(i).type().getBytes(StandardCharsets.UTF_8));
      head.writeTo(out);
      head.clear();
      columns.get(i).writeTo(out, rows);
    }
  }
}
