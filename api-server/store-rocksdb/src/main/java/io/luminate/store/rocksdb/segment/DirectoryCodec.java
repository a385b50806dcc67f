// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import io.luminate.store.rocksdb.codec.ByteSink;
import io.luminate.store.rocksdb.codec.ByteSource;
import io.luminate.store.rocksdb.codec.CorruptChunkException;
import java.util.ArrayList;
import java.util.List;

/**
 * Directory blocks. Each begins with the place that the columns TIMES, VALUES, RUNS, STATS and
 * COUNTERS had reached, so that a part needs only its length:
 *
 * <pre>
 * 5 × (varint block number, varint offset in the payload)
 * then metrics, ascending, until the payload ends:
 *   varint metric id - the one before (the first: the id itself)
 *   varint chunks, varint counters
 *   per chunk:
 *     varint points, varint runs
 *     varint earliest time since the day's start, varint latest - earliest
 *     u64 first cluster hash
 *     u8 flags: 1 = a last cluster hash follows, or it is the first; 2 = min and max follow, or
 *        they are equal to the sum
 *     [u64 last cluster hash] f64 sum [f64 min, f64 max]
 *     4 × part: TIMES, VALUES, RUNS, STATS
 *   per key that has counters: varint key number, varint codes, part of COUNTERS
 *
 * part: varint length·2 + 1 if it begins the next block, else length·2
 * </pre>
 *
 * <p>The root, block 0 of ROOT: {@link SegmentMeta} (61 bytes, big-endian), varint directory
 * blocks, vectors of the first metric id of each.
 */
final class DirectoryCodec {
  /** Read for every look-up of a metric, so kept small: about a thousand tiny metrics. */
  static final int TARGET_BYTES = 32 << 10;

  /** The columns that a directory places parts in, in the order of their places. */
  static final List<Column> PLACED =
      List.of(Column.TIMES, Column.VALUES, Column.RUNS, Column.STATS, Column.COUNTERS);

  private static final int LAST_HASH = 1;
  private static final int MIN_AND_MAX = 2;

  /**
   * More chunks than a segment could hold in one metric; bounds what a damaged length allocates.
   */
  private static final int CHUNKS_MAX = 1 << 20;

  /** Where the columns are, while a directory block is written or read. */
  static final class Places {
    final int[] blockNo = new int[PLACED.size()];
    final int[] offset = new int[PLACED.size()];

    void write(ByteSink out) {
      for (int i = 0; i < blockNo.length; i++) {
        out.putVarLong(blockNo[i]);
        out.putVarLong(offset[i]);
      }
    }

    void read(ByteSource in) {
      for (int i = 0; i < blockNo.length; i++) {
        blockNo[i] = in.getVarInt("block number", Integer.MAX_VALUE);
        offset[i] = in.getVarInt("offset", Integer.MAX_VALUE);
      }
    }

    private void writePart(int place, ColumnPart part, ByteSink out) {
      boolean next = part.blockNo() != blockNo[place];
      assert next
          ? part.blockNo() == blockNo[place] + 1 && part.offset() == 0
          : part.offset() == offset[place];
      out.putVarLong(2L * part.length() + (next ? 1 : 0));
      blockNo[place] = part.blockNo();
      offset[place] = part.offset() + part.length();
    }

    private ColumnPart readPart(int place, ByteSource in) {
      long coded = in.getVarLong();
      if (coded < 0 || coded >>> 1 > Integer.MAX_VALUE) {
        throw new CorruptChunkException("length of a part is " + (coded >>> 1));
      }
      if ((coded & 1) != 0) {
        blockNo[place]++;
        offset[place] = 0;
      }
      int length = (int) (coded >>> 1);
      ColumnPart part = new ColumnPart(blockNo[place], offset[place], length);
      if (length > Integer.MAX_VALUE - offset[place]) {
        throw new CorruptChunkException("end of a part is " + ((long) offset[place] + length));
      }
      offset[place] += length;
      return part;
    }
  }

  private DirectoryCodec() {}

  static void write(
      MetricEntry metric, int previousId, long dayStartMillis, Places places, ByteSink out) {
    out.putVarLong(metric.metricId() - previousId);
    out.putVarLong(metric.chunks().size());
    out.putVarLong(metric.counters().size());
    for (ChunkRef chunk : metric.chunks()) {
      writeChunk(chunk, dayStartMillis, places, out);
    }
    for (MetricEntry.CountersRef counters : metric.counters()) {
      out.putVarLong(counters.keyNo());
      out.putVarLong(counters.codes());
      places.writePart(4, counters.part(), out);
    }
  }

  private static void writeChunk(ChunkRef chunk, long dayStartMillis, Places places, ByteSink out) {
    out.putVarLong(chunk.points());
    out.putVarLong(chunk.runs());
    out.putVarLong(chunk.minTimestampMillis() - dayStartMillis);
    out.putVarLong(chunk.maxTimestampMillis() - chunk.minTimestampMillis());
    out.putLong(chunk.firstClusterHash());
    boolean lastHash = chunk.lastClusterHash() != chunk.firstClusterHash();
    boolean minAndMax = !sameBits(chunk.sum(), chunk.min()) || !sameBits(chunk.sum(), chunk.max());
    out.putByte((lastHash ? LAST_HASH : 0) | (minAndMax ? MIN_AND_MAX : 0));
    if (lastHash) {
      out.putLong(chunk.lastClusterHash());
    }
    out.putLong(Double.doubleToRawLongBits(chunk.sum()));
    if (minAndMax) {
      out.putLong(Double.doubleToRawLongBits(chunk.min()));
      out.putLong(Double.doubleToRawLongBits(chunk.max()));
    }
    places.writePart(0, chunk.times(), out);
    places.writePart(1, chunk.values(), out);
    places.writePart(2, chunk.runsPart(), out);
    places.writePart(3, chunk.stats(), out);
  }

  private static boolean sameBits(double a, double b) {
    return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
  }

  static MetricEntry read(int previousId, long dayStartMillis, Places places, ByteSource in) {
    int metricId = readMetricId(previousId, in);
    int chunkCount = in.getVarInt("chunks of a metric", CHUNKS_MAX);
    int counterCount = in.getVarInt("counters of a metric", CHUNKS_MAX);
    List<ChunkRef> chunks = new ArrayList<>(Math.min(chunkCount, 256));
    for (int i = 0; i < chunkCount; i++) {
      chunks.add(readChunk(metricId, dayStartMillis, places, in));
    }
    List<MetricEntry.CountersRef> counters = new ArrayList<>(Math.min(counterCount, 32));
    for (int i = 0; i < counterCount; i++) {
      int keyNo = in.getVarInt("key number", Integer.MAX_VALUE);
      int codes = in.getVarInt("codes of a key", Integer.MAX_VALUE);
      counters.add(new MetricEntry.CountersRef(keyNo, codes, places.readPart(4, in)));
    }
    return new MetricEntry(metricId, chunks, counters);
  }

  private static int readMetricId(int previousId, ByteSource in) {
    long metricId = previousId + (long) in.getVarInt("metric id step", Integer.MAX_VALUE);
    if (metricId > Integer.MAX_VALUE) {
      throw new CorruptChunkException("metric id is " + metricId);
    }
    return (int) metricId;
  }

  private static ChunkRef readChunk(
      int metricId, long dayStartMillis, Places places, ByteSource in) {
    int points = in.getVarInt("points of a chunk", SegmentWriter.CHUNK_POINTS_MAX);
    int runs = in.getVarInt("runs of a chunk", points);
    if (runs == 0) {
      throw new CorruptChunkException("a chunk of metric " + metricId + " has no runs");
    }
    long minMillis = dayStartMillis + in.getVarLong();
    long maxMillis = minMillis + in.getVarLong();
    long firstHash = in.getLong();
    int flags = in.getByte();
    long lastHash = (flags & LAST_HASH) != 0 ? in.getLong() : firstHash;
    double sum = Double.longBitsToDouble(in.getLong());
    double min = (flags & MIN_AND_MAX) != 0 ? Double.longBitsToDouble(in.getLong()) : sum;
    double max = (flags & MIN_AND_MAX) != 0 ? Double.longBitsToDouble(in.getLong()) : sum;
    return new ChunkRef(
        metricId,
        points,
        runs,
        minMillis,
        maxMillis,
        firstHash,
        lastHash,
        sum,
        min,
        max,
        places.readPart(0, in),
        places.readPart(1, in),
        places.readPart(2, in),
        places.readPart(3, in));
  }
}
