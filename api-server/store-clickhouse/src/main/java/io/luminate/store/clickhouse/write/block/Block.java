// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import io.luminate.store.clickhouse.client.InsertBody;
import java.util.List;

/** Rows for one insert, in ClickHouse's Native format. */
public sealed interface Block extends InsertBody permits LedgerBlock, SketchBlock, SortedRows {
  /** Of its columns, in their order. */
  List<String> names();
}
