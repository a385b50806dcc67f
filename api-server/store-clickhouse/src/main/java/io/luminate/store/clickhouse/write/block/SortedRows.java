// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import io.luminate.store.clickhouse.schema.MetricSlots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of a {@link PointBlock} in an order. They go in several of what the format calls a block,
 * which ClickHouse puts together again: a block is gone through for each of its columns, and so few
 * rows stay in the processor's cache from one column to the next, wherever in memory they are.
 * Columns in which no row has anything are left out.
 */
final class SortedRows implements Block {
  private final Rows rows;
  private final Groups groups;
  private final int[] order;
  private final int count;

  /**
   * @param order numbers of rows, of which the first {@code count} mean something
   */
  SortedRows(Rows rows, Groups groups, int[] order, int count) {
    this.rows = rows;
    this.groups = groups;
    this.order = order;
    this.count = count;
  }

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>(List.of("tenant", "metric"));
    if (rows.entityUsed()) {
      names.add("entity");
    }
    names.addAll(List.of("series", "timestamp", "value"));
    slots().mapToObj(MetricSlots::column).forEach(names::add);
    if (rows.restUsed()) {
      names.add("rest");
    }
    if (rows.overflowUsed()) {
      names.add("overflow");
    }
    return names;
  }

  private IntStream slots() {
    return IntStream.rangeClosed(1, MetricSlots.COUNT).filter(rows::slotUsed);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    NativeOutput output = new NativeOutput(out);
    RowChunk chunk = new RowChunk(rows, groups, order, slots().toArray());
    int columns = names().size();
    for (int from = 0; from < count; from += RowChunk.ROWS_MAX) {
      int to = Math.min(count, from + RowChunk.ROWS_MAX);
      output.beginBlock(columns, to - from);
      chunk.select(from, to);
      chunk.writeTo(output);
    }
    output.end();
  }
}
