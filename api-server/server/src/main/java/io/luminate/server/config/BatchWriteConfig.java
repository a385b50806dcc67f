// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.time.Duration;

/**
 * Bounds of one write.
 *
 * @param maxRequestSizeBytes of the body as sent, compressed or not
 * @param compression whether {@code Content-Encoding} gzip and zstd are accepted
 * @param idempotencyWindow how long an {@code Idempotency-Key} is remembered
 * @param flushInterval how long points wait for others to go to ClickHouse with
 * @param flushRows from which on they do not wait
 */
public record BatchWriteConfig(
    int maxBatchSize,
    int maxRequestSizeBytes,
    boolean compression,
    Duration idempotencyWindow,
    Duration flushInterval,
    int flushRows) {
  /** A request waits for it, and no longer than a client waits for an answer. */
  static final Duration FLUSH_INTERVAL_MAX = Duration.ofSeconds(10);

  /** A block of more rows takes ClickHouse memory and saves it nothing. */
  static final int FLUSH_ROWS_MAX = 500_000;

  /** Inflation of a body stops here: protects the heap from compression bombs. */
  public static final int INFLATED_BYTES_MAX = 64 << 20;
}
