// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

/** Bounds of what looks at all points of somebody, in the background. */
public final class LongCounts {
  /** A million groups take some 100 MB; what is more goes to ClickHouse's disk. */
  private static final String BYTES_BEFORE_DISK = String.valueOf(256L << 20);

  private static final String BYTES_MAX = String.valueOf(1L << 30);

  private LongCounts() {}

  /** With as much memory as such a count may have. */
  public static Statement bounded(Statement count, Duration within) {
    return ending(count, within)
        .withSetting("max_bytes_before_external_group_by", BYTES_BEFORE_DISK)
        .withSetting("max_memory_usage", BYTES_MAX);
  }

  /** ClickHouse ends it by itself too, and at once when nobody waits for it any more. */
  public static Statement ending(Statement question, Duration within) {
    return question
        .withSettings(
            Map.of(
                "readonly",
                "2",
                "cancel_http_readonly_queries_on_client_close",
                "1",
                "max_execution_time",
                BigDecimal.valueOf(within.toMillis(), 3).toPlainString()))
        .within(within);
  }
}
