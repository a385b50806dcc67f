// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows of {@code cardinality}. */
public final class SketchBlock {
  private static final List<String> NAMES =
      List.of("tenant", "metric", "day", "process", "epoch", "expires", "sketch");

  private final TextColumn tenant = new TextColumn();
  private final TextColumn metric = new TextColumn();
  private final FixedColumn day = new FixedColumn("Int64", Long.BYTES);
  private final TextColumn process = new TextColumn();
  private final FixedColumn epoch = new FixedColumn("Int64", Long.BYTES);
  private final FixedColumn expires = new FixedColumn("Int64", Long.BYTES);
  private final TextColumn sketch = new TextColumn();
  private int rows;

  public void text(String ofTenant, String ofMetric, String ofProcess, byte[] bytes) {
    put(tenant, ofTenant.getBytes(StandardCharsets.UTF_8));
    put(metric, ofMetric.getBytes(StandardCharsets.UTF_8));
    put(process, ofProcess.getBytes(StandardCharsets.UTF_8));
    put(sketch, bytes);
  }

  /** Completes the row. */
  public void numbers(long ofDay, long ofEpoch, long expiresSeconds) {
    day.put(ofDay);
    epoch.put(ofEpoch);
    expires.put(expiresSeconds);
    rows++;
  }

  private void put(TextColumn column, byte[] text) {
    ColumnBytes bytes = new ColumnBytes();
    bytes.putText(text);
    column.put(rows, bytes.array(), 0, bytes.size());
  }

  public int rows() {
    return rows;
  }

  public Block block() {
    return new Block(NAMES, List.of(tenant, metric, day, process, epoch, expires, sketch), rows);
  }
}
