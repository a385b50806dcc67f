// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import java.time.Duration;

/**
 * How points are written.
 *
 * @param writeTimeout how long a request waits for its batch to begin, and how long an insert is
 *     tried
 * @param seriesBytesMax of memory for series; a million take some 140 MB
 */
public record WriteOptions(
    Batches batches,
    Keys keys,
    Duration writeTimeout,
    Acknowledgement acknowledgement,
    long seriesBytesMax) {

  /**
   * Of requests without a key.
   *
   * @param flushInterval how long a batch waits for more requests
   * @param rowsMax from which on it waits no more
   * @param inserts at the same time; requests gather meanwhile
   * @param queueBytesMax of points that wait for a batch; protects memory: beyond, writes are
   *     refused
   */
  public record Batches(Duration flushInterval, int rowsMax, int inserts, long queueBytesMax) {
    /** A block of more rows takes ClickHouse memory and saves it nothing. */
    private static final int ROWS_MAX = 500_000;

    public Batches {
      require("rowsMax", rowsMax, 1, ROWS_MAX);
      require("inserts", inserts, 1, INSERTS_MAX);
      require("queueBytesMax", queueBytesMax, 1, Long.MAX_VALUE);
      require("flushInterval in ms", flushInterval.toMillis(), 0, TIMEOUT_MAX.toMillis());
    }
  }

  /**
   * Of requests with a key.
   *
   * @param window how long a key is remembered
   * @param perTenantMax that this process remembers by itself; beyond, it asks ClickHouse
   * @param inserts at the same time; each takes a connection
   */
  public record Keys(Duration window, int perTenantMax, int inserts) {
    public Keys {
      require("window in ms", window.toMillis(), 1, Duration.ofDays(1).toMillis());
      require("perTenantMax", perTenantMax, 1, Integer.MAX_VALUE);
      require("inserts", inserts, 1, INSERTS_MAX);
    }
  }

  private static final int INSERTS_MAX = 64;
  private static final Duration TIMEOUT_MAX = Duration.ofMinutes(5);

  public static final WriteOptions DEFAULT =
      new WriteOptions(
          new Batches(Duration.ofMillis(20), 100_000, 2, 16L << 20),
          new Keys(Duration.ofHours(1), 100_000, 4),
          Duration.ofSeconds(10),
          Acknowledgement.STORED,
          160L << 20);

  public WriteOptions {
    require("writeTimeout in ms", writeTimeout.toMillis(), 1, TIMEOUT_MAX.toMillis());
    require("seriesBytesMax", seriesBytesMax, 1 << 20, Long.MAX_VALUE);
  }

  private static void require(String field, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          field + " must be from " + min + " to " + max + ", got " + value);
    }
  }

  public WriteOptions withBatches(Duration flushInterval, int rowsMax, int inserts) {
    return with(new Batches(flushInterval, rowsMax, inserts, batches.queueBytesMax()));
  }

  public WriteOptions with(Batches value) {
    return new WriteOptions(value, keys, writeTimeout, acknowledgement, seriesBytesMax);
  }

  public WriteOptions with(Keys value) {
    return new WriteOptions(batches, value, writeTimeout, acknowledgement, seriesBytesMax);
  }

  public WriteOptions withTimeout(Duration value) {
    return new WriteOptions(batches, keys, value, acknowledgement, seriesBytesMax);
  }

  public WriteOptions with(Acknowledgement value) {
    return new WriteOptions(batches, keys, writeTimeout, value, seriesBytesMax);
  }

  public WriteOptions withSeries(long bytesMax) {
    return new WriteOptions(batches, keys, writeTimeout, acknowledgement, bytesMax);
  }
}
