// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.store.clickhouse.client.Statement;
import java.time.Duration;

/** An insert that is done when it returns, and is done once under its token. */
final class InsertStatement {
  private static final String WHOLE = "1000000000000";

  private InsertStatement() {}

  static Statement into(String table, String token, Duration time) {
    return Statement.of(table)
        .within(time)
        .withSetting("insert_deduplication_token", token)
        // The server would gather inserts on its own account, and forget their tokens.
        .withSetting("async_insert", "0")
        .withSetting("distributed_foreground_insert", "1")
        .withSetting("max_partitions_per_insert_block", "0")
        // Its blocks are one, however large: what is told of an insert is told of a day's part.
        .withSetting("min_insert_block_size_rows", WHOLE)
        .withSetting("min_insert_block_size_bytes", WHOLE)
        // So that nothing goes on long after nobody waits for it.
        .withSetting("max_execution_time", Long.toString(time.toSeconds() + 1));
  }
}
