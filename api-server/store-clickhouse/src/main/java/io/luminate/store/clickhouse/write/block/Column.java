// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import java.io.IOException;
import java.io.OutputStream;
import java.util.BitSet;

/** The values of one column. A block's row may be left out of a column that has a default. */
sealed interface Column permits FixedColumn, NameColumn, TextColumn, RestColumn {
  /** As ClickHouse calls it. */
  String type();

  /** Whether any row has a value of its own. */
  boolean isUsed();

  long bytes();

  void clear();

  /** All values of a block of so many rows. */
  void writeTo(OutputStream out, int rows) throws IOException;

  /** The chosen ones of a block's rows, in a column of the same kind. */
  Column only(BitSet chosen, int rows);
}
