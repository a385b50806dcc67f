// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import io.luminate.store.rocksdb.codec.ByteSink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a segment: metrics ascending by id; in a metric, runs ascending by (cluster hash as an
 * unsigned number, series); in a run, points ascending by (timestamp, value). Not thread safe.
 *
 * <p>Until {@link #finish}, all columns but TIMES wait, in memory as long as they are small:
 * roughly half the segment's bytes.
 *
 * <pre>{@code
 * try (SegmentWriter writer = new SegmentWriter(store.create(id))) {
 *   writer.begin(metricId);
 *   writer.run(ordinal, clusterHash, timestampsMillis, values, from, to);
 *   writer.endMetric(List.of());
 *   SegmentMeta meta = writer.finish();
 * }
 * }</pre>
 */
public final class SegmentWriter implements AutoCloseable {
  /** Points of a chunk: the unit of reading and of parallel work. */
  public static final int CHUNK_POINTS_MAX = 65_536;

  private static final long DAY_MILLIS = 86_400_000L;
  private static final int NO_METRIC = -1;
  private static final int NO_SERIES = -1;

  private final SegmentSink sink;
  private final long dayStartMillis;
  private final ColumnWriter times;
  private final ColumnWriter values;
  private final ColumnWriter runs;
  private final ColumnWriter stats;
  private final ColumnWriter counters;
  private final ColumnWriter directory;
  private final ChunkBuffer chunk = new ChunkBuffer();
  private final ChunkEncoder encoder;
  private final VectorPieces pieces = new VectorPieces();
  private final DirectoryCodec.Places places = new DirectoryCodec.Places();
  private final List<Integer> firstMetrics = new ArrayList<>();

  private List<ChunkRef> chunks = new ArrayList<>();
  private int metricId = NO_METRIC;
  private int lastMetricId = NO_METRIC;
  private int lastListedMetricId;
  private long lastClusterHash;
  private int lastOrdinal = NO_SERIES;
  private long lastMillis;

  private long points;
  private long runsWritten;
  private int metrics;
  private int chunksWritten;
  private long minTimestampMillis = Long.MAX_VALUE;
  private long maxTimestampMillis = Long.MIN_VALUE;

  public SegmentWriter(SegmentSink sink) {
    this.sink = sink;
    this.dayStartMillis = sink.segment().dayStartMillis();
    this.times = new ColumnWriter(sink, Column.TIMES, Block.TARGET_BYTES);
    this.values = new ColumnWriter(sink, Column.VALUES, Block.TARGET_BYTES);
    this.runs = new ColumnWriter(sink, Column.RUNS, Block.TARGET_BYTES);
    this.stats = new ColumnWriter(sink, Column.STATS, Block.TARGET_BYTES);
    this.counters = new ColumnWriter(sink, Column.COUNTERS, Block.TARGET_BYTES);
    this.directory = new ColumnWriter(sink, Column.DIRECTORY, DirectoryCodec.TARGET_BYTES);
    this.encoder = new ChunkEncoder(times, values, runs, stats);
  }

  public void begin(int newMetricId) {
    if (metricId != NO_METRIC || newMetricId <= lastMetricId) {
      throw new IllegalStateException(
          "metric %d begins after %d, open: %d".formatted(newMetricId, lastMetricId, metricId));
    }
    metricId = newMetricId;
    lastClusterHash = 0;
    lastOrdinal = NO_SERIES;
  }

  /**
   * Adds the points {@code [from, to)} of a series; all must lie in the segment's day. A run of the
   * same series as the one before goes on with it, so a series may come in pieces.
   */
  public void run(
      int ordinal,
      long clusterHash,
      long[] timestampsMillis,
      double[] pointValues,
      int from,
      int to) {
    checkRun(ordinal, clusterHash, timestampsMillis, from, to);
    if (ordinal != lastOrdinal && to - from > chunk.room() && chunk.points > 0) {
      endChunk();
    }
    int end = from;
    for (int begin = from; begin < to; begin = end) {
      if (chunk.room() == 0) {
        endChunk();
      }
      end = Math.min(to, begin + chunk.room());
      chunk.add(ordinal, clusterHash, dayStartMillis, timestampsMillis, pointValues, begin, end);
    }
    lastOrdinal = ordinal;
    lastMillis = timestampsMillis[to - 1];
  }

  private void checkRun(int ordinal, long clusterHash, long[] millis, int from, int to) {
    if (metricId == NO_METRIC || ordinal < 0 || from >= to) {
      throw new IllegalStateException(
          "run of ordinal %d with points [%d, %d) in metric %d"
              .formatted(ordinal, from, to, metricId));
    }
    if (Long.compareUnsigned(clusterHash, lastClusterHash) < 0) {
      throw new IllegalStateException(
          "cluster hash %x after %x".formatted(clusterHash, lastClusterHash));
    }
    if (millis[from] < dayStartMillis || millis[to - 1] >= dayStartMillis + DAY_MILLIS) {
      throw new IllegalArgumentException(
          "timestamps %d..%d are not in the day of segment %s"
              .formatted(millis[from], millis[to - 1], sink.segment()));
    }
    if (ordinal == lastOrdinal && millis[from] < lastMillis) {
      throw new IllegalStateException(
          "series %d goes on at %d after %d".formatted(ordinal, millis[from], lastMillis));
    }
    lastClusterHash = clusterHash;
  }

  private void endChunk() {
    ChunkRef ref = encoder.encode(metricId, dayStartMillis, chunk);
    chunks.add(ref);
    chunksWritten++;
    points += ref.points();
    runsWritten += ref.runs();
    minTimestampMillis = Math.min(minTimestampMillis, ref.minTimestampMillis());
    maxTimestampMillis = Math.max(maxTimestampMillis, ref.maxTimestampMillis());
    chunk.clear();
  }

  /**
   * Ends a metric. One without points leaves no trace.
   *
   * @param dimensionCounts points per code, ascending by key number. Worth their bytes only for
   *     metrics of many runs: for the others the runs say the same
   */
  public void endMetric(List<DimensionCounts> dimensionCounts) {
    if (chunk.points > 0) {
      endChunk();
    }
    if (!chunks.isEmpty()) {
      enterIntoDirectory(dimensionCounts);
      metrics++;
    }
    chunks = new ArrayList<>();
    lastMetricId = metricId;
    metricId = NO_METRIC;
  }

  private void enterIntoDirectory(List<DimensionCounts> dimensionCounts) {
    List<MetricEntry.CountersRef> refs = new ArrayList<>(dimensionCounts.size());
    for (DimensionCounts counts : dimensionCounts) {
      refs.add(writeCounters(counts));
    }
    ByteSink out = directory.begin();
    int previousId = lastListedMetricId;
    if (directory.offset() == 0) {
      firstMetrics.add(metricId);
      placesBefore(chunks.getFirst(), refs);
      places.write(out);
      previousId = 0;
    }
    MetricEntry entry = new MetricEntry(metricId, chunks, refs);
    DirectoryCodec.write(entry, previousId, dayStartMillis, places, out);
    lastListedMetricId = metricId;
  }

  /** A directory block may begin where the part before it ended, or with the part itself. */
  private void placesBefore(ChunkRef first, List<MetricEntry.CountersRef> refs) {
    List<ColumnPart> parts =
        List.of(first.times(), first.values(), first.runsPart(), first.stats());
    for (int i = 0; i < parts.size(); i++) {
      places.blockNo[i] = parts.get(i).blockNo();
      places.offset[i] = parts.get(i).offset();
    }
    if (!refs.isEmpty()) {
      places.blockNo[4] = refs.getFirst().part().blockNo();
      places.offset[4] = refs.getFirst().part().offset();
    }
  }

  private MetricEntry.CountersRef writeCounters(DimensionCounts counts) {
    int codes = counts.codes().length;
    ByteSink out = counters.begin();
    pieces.write(counts.codes(), codes, out);
    pieces.write(counts.counts(), codes, out);
    return new MetricEntry.CountersRef(counts.keyNo(), codes, counters.end());
  }

  /** Writes what is left and makes the segment readable, see {@link SegmentSink#ingest}. */
  public SegmentMeta finish() {
    if (metricId != NO_METRIC || points == 0) {
      throw new IllegalStateException("finished with " + points + " points in metric " + metricId);
    }
    long bytes = 0;
    for (ColumnWriter column : columns()) {
      column.flush();
      bytes += column.bytes();
    }
    SegmentMeta meta = writeRoot(bytes);
    sink.ingest();
    return meta;
  }

  private List<ColumnWriter> columns() {
    return List.of(times, values, runs, stats, counters, directory);
  }

  private SegmentMeta writeRoot(long bytesOfColumns) {
    ByteSink list = new ByteSink(64);
    int[] first = firstMetrics.stream().mapToInt(Integer::intValue).toArray();
    list.putVarLong(first.length);
    pieces.write(first, first.length, list);
    int rootBytes = Block.HEADER_BYTES + SegmentMeta.SIZE_BYTES + list.size();
    SegmentMeta meta =
        new SegmentMeta(
            sink.segment(),
            points,
            runsWritten,
            metrics,
            chunksWritten,
            minTimestampMillis,
            maxTimestampMillis,
            bytesOfColumns + rootBytes);
    ByteBuffer metaBytes = ByteBuffer.allocate(SegmentMeta.SIZE_BYTES);
    meta.writeTo(metaBytes);
    ByteSink root = new ByteSink(rootBytes);
    Block.begin(Column.ROOT, root);
    root.putBytes(metaBytes.array(), 0, SegmentMeta.SIZE_BYTES);
    root.putBytes(list.array(), 0, list.size());
    Block.seal(new BlockKey(sink.segment(), Column.ROOT, 0), root);
    sink.put(Column.ROOT, 0, root.array(), 0, root.size());
    return meta;
  }

  /** Without {@link #finish} leaves nothing behind. */
  @Override
  public void close() {
    try {
      columns().forEach(ColumnWriter::close);
    } finally {
      sink.close();
    }
  }
}
