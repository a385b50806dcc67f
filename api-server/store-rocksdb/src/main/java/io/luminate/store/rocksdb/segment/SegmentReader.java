// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import io.luminate.store.rocksdb.codec.ByteSource;
import io.luminate.store.rocksdb.codec.CorruptChunkException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks metrics up in the directory of a segment. Reads the root (a few bytes per directory block)
 * on first use and keeps it, and one directory block per look-up. Thread safe.
 */
public final class SegmentReader {
  private record Root(SegmentMeta meta, int[] firstMetrics) {}

  /** Blocks of a directory that a root may list: bounds what a damaged length allocates. */
  private static final int DIRECTORY_BLOCKS_MAX = 1 << 20;

  private static final int BUFFER_BYTES = 2 * DirectoryCodec.TARGET_BYTES;

  private final ChunkStore store;
  private final SegmentId segment;
  private volatile @Nullable Root root;

  public SegmentReader(ChunkStore store, SegmentId segment) {
    this.store = store;
    this.segment = segment;
  }

  public SegmentId segment() {
    return segment;
  }

  /** What the segment says of itself, the same as the manifest should hold. */
  public SegmentMeta meta() {
    return root().meta();
  }

  /** What the segment holds of a metric. */
  public Optional<MetricEntry> metric(int metricId) {
    int[] firstMetrics = root().firstMetrics();
    int found = Arrays.binarySearch(firstMetrics, metricId);
    int blockNo = found >= 0 ? found : -found - 2;
    if (blockNo < 0) {
      return Optional.empty();
    }
    MetricEntry[] result = new MetricEntry[1];
    readDirectory(
        blockNo,
        new BlockBuffer(BUFFER_BYTES),
        metric -> {
          if (metric.metricId() == metricId) {
            result[0] = metric;
          }
          return metric.metricId() < metricId;
        });
    return Optional.ofNullable(result[0]);
  }

  /** Every metric of the segment, ascending, as merges and integrity checks need them. */
  public void forEachMetric(Consumer<MetricEntry> visitor) {
    BlockBuffer buffer = new BlockBuffer(BUFFER_BYTES);
    for (int blockNo = 0; blockNo < root().firstMetrics().length; blockNo++) {
      readDirectory(
          blockNo,
          buffer,
          metric -> {
            visitor.accept(metric);
            return true;
          });
    }
  }

  /** Reads the points per code of one dimension key. */
  public DimensionCounts counters(MetricEntry.CountersRef counters) {
    ColumnPart part = counters.part();
    BlockKey key = new BlockKey(segment, Column.COUNTERS, part.blockNo());
    BlockBuffer buffer = new BlockBuffer(BUFFER_BYTES);
    ByteSource in = new ByteSource();
    try {
      Block.read(store, key, buffer);
      in.reset(buffer.bytes(), Block.HEADER_BYTES + part.offset(), part.length());
      checkCodes(counters, in);
      int[] codes = new int[counters.codes()];
      long[] counts = new long[counters.codes()];
      VectorPieces pieces = new VectorPieces();
      pieces.read(in, codes.length, 0, "code", codes);
      pieces.read(in, counts.length, counts);
      return new DimensionCounts(counters.keyNo(), codes, counts);
    } catch (CorruptChunkException e) {
      throw new CorruptSegmentException(
          key, "counters at offset " + part.offset() + ": " + e.getMessage(), e);
    }
  }

  /** Every 1,024 codes take at least two frames, so a damaged number cannot allocate at will. */
  private static void checkCodes(MetricEntry.CountersRef counters, ByteSource in) {
    if (counters.codes() / VectorPieces.PIECE > in.remaining()) {
      throw new CorruptChunkException(
          counters.codes() + " codes cannot lie in " + in.remaining() + " bytes");
    }
  }

  /** Wants more metrics of a block? */
  private interface Visitor {
    boolean metric(MetricEntry entry);
  }

  private void readDirectory(int blockNo, BlockBuffer buffer, Visitor visitor) {
    BlockKey key = new BlockKey(segment, Column.DIRECTORY, blockNo);
    int payload = Block.read(store, key, buffer);
    ByteSource in = new ByteSource();
    try {
      in.reset(buffer.bytes(), Block.HEADER_BYTES, payload);
      DirectoryCodec.Places places = new DirectoryCodec.Places();
      places.read(in);
      int previousId = 0;
      boolean more = true;
      while (more && in.remaining() > 0) {
        MetricEntry metric = DirectoryCodec.read(previousId, segment.dayStartMillis(), places, in);
        previousId = metric.metricId();
        more = visitor.metric(metric);
      }
    } catch (CorruptChunkException e) {
      throw new CorruptSegmentException(
          key, "directory before offset " + in.position() + ": " + e.getMessage(), e);
    }
  }

  private Root root() {
    Root known = root;
    if (known == null) {
      known = readRoot();
      root = known;
    }
    return known;
  }

  private Root readRoot() {
    BlockKey key = new BlockKey(segment, Column.ROOT, 0);
    BlockBuffer buffer = new BlockBuffer(BUFFER_BYTES);
    int payload = Block.read(store, key, buffer);
    ByteSource in = new ByteSource();
    try {
      in.reset(buffer.bytes(), Block.HEADER_BYTES, payload);
      int metaAt = in.take(SegmentMeta.SIZE_BYTES);
      SegmentMeta meta =
          SegmentMeta.readFrom(ByteBuffer.wrap(buffer.bytes(), metaAt, SegmentMeta.SIZE_BYTES));
      int[] firstMetrics = new int[in.getVarInt("directory blocks", DIRECTORY_BLOCKS_MAX)];
      new VectorPieces().read(in, firstMetrics.length, 0, "metric id", firstMetrics);
      return new Root(meta, firstMetrics);
    } catch (CorruptChunkException | IllegalArgumentException e) {
      throw new CorruptSegmentException(key, "root: " + e.getMessage(), e);
    }
  }
}
