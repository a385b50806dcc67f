// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.nio.ByteBuffer;

/**
 * What the manifest knows of a segment without reading it.
 *
 * <pre>
 * u8 version = 1 | u32 partitionDay | u64 number | u64 points | u64 runs | u32 metrics | u32 chunks
 * | i64 minTimestampMillis | i64 maxTimestampMillis | u64 bytes        (big-endian, 61 bytes)
 * </pre>
 *
 * @param runs runs of points; one series counts once per chunk that holds a part of it
 * @param minTimestampMillis inclusive
 * @param maxTimestampMillis inclusive
 * @param bytes stored values with their headers, without RocksDB's keys and index
 */
public record SegmentMeta(
    SegmentId id,
    long points,
    long runs,
    int metrics,
    int chunks,
    long minTimestampMillis,
    long maxTimestampMillis,
    long bytes) {
  public static final int SIZE_BYTES = 61;

  private static final byte VERSION = 1;

  public void writeTo(ByteBuffer out) {
    out.put(VERSION).putInt(id.partitionDay()).putLong(id.number());
    out.putLong(points).putLong(runs).putInt(metrics).putInt(chunks);
    out.putLong(minTimestampMillis).putLong(maxTimestampMillis).putLong(bytes);
  }

  public static SegmentMeta readFrom(ByteBuffer in) {
    byte version = in.get();
    if (version != VERSION) {
      throw new IllegalArgumentException("segment meta version " + version + ", known: " + VERSION);
    }
    return new SegmentMeta(
        new SegmentId(in.getInt(), in.getLong()),
        in.getLong(),
        in.getLong(),
        in.getInt(),
        in.getInt(),
        in.getLong(),
        in.getLong(),
        in.getLong());
  }
}
