// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.segment.ChunkStore;
import io.luminate.store.rocksdb.segment.MetricEntry;
import io.luminate.store.rocksdb.segment.SegmentMeta;
import io.luminate.store.rocksdb.segment.SegmentReader;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A segment that counts. Queries pin it; once it is out of the manifest its bytes go when the last
 * pin goes.
 *
 * <pre>
 * manifest value: u8 version = 1 | u32 retentionDays | i64 tombstoneSeq | SegmentMeta
 * </pre>
 */
final class SegmentHandle {
  private static final byte VERSION = 1;

  /** Directory entries kept per segment; a few metrics get most of the questions. */
  private static final int ENTRIES_MAX = 64;

  private final SegmentMeta meta;
  private final int retentionDays;
  private final long tombstoneSeq;
  private final SegmentReader reader;
  private final ConcurrentHashMap<Integer, Optional<MetricEntry>> entries =
      new ConcurrentHashMap<>();

  /** Readers, plus one for the manifest. */
  private final AtomicInteger pins = new AtomicInteger(1);

  /**
   * @param tombstoneSeq deletes up to this seq are already carried out in it
   */
  SegmentHandle(SegmentMeta meta, int retentionDays, long tombstoneSeq, ChunkStore store) {
    this.meta = meta;
    this.retentionDays = retentionDays;
    this.tombstoneSeq = tombstoneSeq;
    this.reader = new SegmentReader(store, meta.id());
  }

  SegmentMeta meta() {
    return meta;
  }

  PartitionKey partition() {
    return new PartitionKey(meta.id().partitionDay(), retentionDays);
  }

  long tombstoneSeq() {
    return tombstoneSeq;
  }

  /** Judged by its times alone. */
  boolean mayHold(Tombstone tombstone) {
    return meta.minTimestampMillis() < tombstone.beforeMillis();
  }

  SegmentReader reader() {
    return reader;
  }

  Optional<MetricEntry> metric(int metricId) {
    Optional<MetricEntry> known = entries.get(metricId);
    if (known != null) {
      return known;
    }
    if (entries.size() >= ENTRIES_MAX) {
      entries.clear();
    }
    Optional<MetricEntry> found = reader.metric(metricId);
    entries.put(metricId, found);
    return found;
  }

  /** False when its bytes are gone or going. */
  boolean pin() {
    return pins.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
  }

  /** True for the caller who must free the bytes now. */
  boolean unpin() {
    return pins.decrementAndGet() == 0;
  }

  byte[] manifestValue() {
    ByteBuffer out = ByteBuffer.allocate(13 + SegmentMeta.SIZE_BYTES);
    out.put(VERSION).putInt(retentionDays).putLong(tombstoneSeq);
    meta.writeTo(out);
    return out.array();
  }

  static SegmentHandle restore(byte[] value, ChunkStore store) {
    ByteBuffer in = ByteBuffer.wrap(value);
    byte version = in.get();
    if (version != VERSION) {
      throw new IllegalStateException("manifest version " + version + ", known: " + VERSION);
    }
    int retentionDays = in.getInt();
    long tombstoneSeq = in.getLong();
    return new SegmentHandle(SegmentMeta.readFrom(in), retentionDays, tombstoneSeq, store);
  }
}
