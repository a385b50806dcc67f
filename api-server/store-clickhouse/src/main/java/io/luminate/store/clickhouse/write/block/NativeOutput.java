// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Rows on their way to ClickHouse, in its Native format: blocks, each the number of columns, the
 * number of rows, then each column's name, type and values.
 */
final class NativeOutput {
  private static final int CHUNK_BYTES = 32 << 10;

  private final OutputStream out;
  private final ColumnBytes chunk = new ColumnBytes();

  NativeOutput(OutputStream out) {
    this.out = out;
  }

  /** Columns follow. */
  void beginBlock(int columns, int rows) {
    chunk.putLength(columns);
    chunk.putLength(rows);
  }

  /** Values follow. */
  void beginColumn(String name, String type) {
    chunk.putText(name.getBytes(StandardCharsets.UTF_8));
    chunk.putText(type.getBytes(StandardCharsets.UTF_8));
  }

  /** For the next value, or a few. */
  ColumnBytes room() throws IOException {
    if (chunk.size() >= CHUNK_BYTES) {
      end();
    }
    return chunk;
  }

  /** Nothing is left behind here. */
  void end() throws IOException {
    chunk.writeTo(out);
    chunk.clear();
  }
}
