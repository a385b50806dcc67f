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
 */
public record BatchWriteConfig(
    int maxBatchSize, int maxRequestSizeBytes, boolean compression, Duration idempotencyWindow) {
  /** Inflation of a body stops here: protects the heap from compression bombs. */
  public static final int INFLATED_BYTES_MAX = 64 << 20;
}
