// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import io.luminate.store.rocksdb.codec.ByteSource;
import io.luminate.store.rocksdb.codec.CorruptChunkException;
import io.luminate.store.rocksdb.codec.DoubleVectorDecoder;
import io.luminate.store.rocksdb.codec.LongVectorDecoder;
import io.luminate.store.rocksdb.codec.RunHeads;
import org.jspecify.annotations.Nullable;

/**
 * Decodes chunks, one after the other, into arrays it reuses: make one per thread and keep it
 * (about 1 MB). Each column is read when first asked for; chunks that share a block read it once.
 * Not thread safe.
 *
 * <p>Positions count the points of a chunk from 0; vector {@code v} holds positions {@code [1024*v,
 * 1024*v + vectorPoints(v))}. Damaged bytes are a {@link CorruptSegmentException}.
 */
public final class ChunkReader {
  public static final int VECTOR_POINTS = 1024;

  private static final int VECTORS_MAX = SegmentWriter.CHUNK_POINTS_MAX / VECTOR_POINTS;

  private final ColumnCursor runsColumn;
  private final ColumnCursor timesColumn;
  private final ColumnCursor valuesColumn;
  private final ColumnCursor statsColumn;
  private final LongVectorDecoder longs = new LongVectorDecoder();
  private final DoubleVectorDecoder doubles = new DoubleVectorDecoder();
  private final VectorPieces pieces = new VectorPieces();
  private final StatsDecoder statsDecoder = new StatsDecoder(pieces);
  private final RunHeads heads = new RunHeads();
  private final long[] decoded = new long[VECTOR_POINTS];

  private @Nullable SegmentId segment;
  private @Nullable ChunkRef chunk;
  private boolean runsReady;
  private boolean timesReady;
  private boolean valuesReady;
  private boolean statsReady;
  private int headsOf;

  private int[] ordinals = new int[VECTOR_POINTS];
  private int[] starts = new int[VECTOR_POINTS + 1];
  private final int[] firstRunOfVector = new int[VECTORS_MAX + 1];
  private final int[] timesBegin = new int[VECTORS_MAX + 1];
  private final int[] valuesBegin = new int[VECTORS_MAX + 1];
  private final long[] earliest = new long[VECTORS_MAX];
  private final long[] spans = new long[VECTORS_MAX];
  private final long[] lengths = new long[VECTORS_MAX];

  public ChunkReader(ChunkStore store) {
    runsColumn = new ColumnCursor(store, Column.RUNS);
    timesColumn = new ColumnCursor(store, Column.TIMES);
    valuesColumn = new ColumnCursor(store, Column.VALUES);
    statsColumn = new ColumnCursor(store, Column.STATS);
  }

  /** Moves to a chunk. Reads nothing. */
  public void open(SegmentId newSegment, ChunkRef newChunk) {
    segment = newSegment;
    chunk = newChunk;
    runsReady = false;
    timesReady = false;
    valuesReady = false;
    statsReady = false;
    headsOf = -1;
  }

  private ChunkRef chunk() {
    ChunkRef current = chunk;
    if (current == null) {
      throw new IllegalStateException("no chunk is open");
    }
    return current;
  }

  private SegmentId segment() {
    SegmentId current = segment;
    if (current == null) {
      throw new IllegalStateException("no chunk is open");
    }
    return current;
  }

  public int points() {
    return chunk().points();
  }

  public int runs() {
    return chunk().runs();
  }

  /** Series ordinal of each run; the first {@code runs()} count. Valid until the next open. */
  public int[] ordinals() {
    readRuns();
    return ordinals;
  }

  /** Position of each run's first point, then the number of points: {@code runs() + 1} count. */
  public int[] starts() {
    readRuns();
    return starts;
  }

  private void readRuns() {
    if (runsReady) {
      return;
    }
    ChunkRef current = chunk();
    try {
      ByteSource in = runsColumn.load(segment(), current.runsPart());
      int runs = current.runs();
      if (ordinals.length < runs) {
        ordinals = new int[SegmentWriter.CHUNK_POINTS_MAX];
        starts = new int[SegmentWriter.CHUNK_POINTS_MAX + 1];
      }
      pieces.read(in, runs, 0, "ordinal", ordinals);
      pieces.read(in, runs, 1, "points of a run", starts);
      accumulateStarts(runs, current.points());
    } catch (CorruptChunkException e) {
      throw runsColumn.corrupt(segment(), current, current.runsPart(), e);
    }
    runsReady = true;
  }

  /** Turns points per run into positions, and notes which run holds the head of each vector. */
  private void accumulateStarts(int runs, int points) {
    int at = 0;
    int vector = 0;
    for (int run = 0; run < runs; run++) {
      int length = starts[run];
      starts[run] = at;
      if (length > points - at) {
        throw new CorruptChunkException(
            "runs 0..%d hold more than the %d points of the chunk".formatted(run, points));
      }
      at += length;
      while (vector * VECTOR_POINTS < at) {
        firstRunOfVector[vector++] = run;
      }
    }
    starts[runs] = at;
    if (at != points) {
      throw new CorruptChunkException("runs hold %d points, the chunk %d".formatted(at, points));
    }
  }

  public int vectors() {
    return (points() + VECTOR_POINTS - 1) / VECTOR_POINTS;
  }

  public int vectorPoints(int vector) {
    return Math.min(VECTOR_POINTS, points() - vector * VECTOR_POINTS);
  }

  /** Earliest timestamp of a vector; reads the times' column but decodes no vector. */
  public long vectorMinMillis(int vector) {
    readTimes();
    return earliest[vector];
  }

  /** Latest timestamp of a vector, inclusive. */
  public long vectorMaxMillis(int vector) {
    readTimes();
    return earliest[vector] + spans[vector];
  }

  private void readTimes() {
    if (timesReady) {
      return;
    }
    ChunkRef current = chunk();
    int vectors = vectors();
    try {
      ByteSource in = timesColumn.load(segment(), current.times());
      if (vectors == 1) {
        earliest[0] = current.minTimestampMillis();
        spans[0] = current.maxTimestampMillis() - current.minTimestampMillis();
        timesBegin[0] = 0;
        timesBegin[1] = in.remaining();
      } else {
        pieces.read(in, vectors, lengths);
        pieces.read(in, vectors, earliest);
        pieces.read(in, vectors, spans);
        for (int i = 0; i < vectors; i++) {
          earliest[i] += segment().dayStartMillis();
        }
        place(vectors, timesColumn.offset(), in.remaining(), timesBegin);
      }
    } catch (CorruptChunkException e) {
      throw timesColumn.corrupt(segment(), current, current.times(), e);
    }
    timesReady = true;
  }

  private void place(int vectors, int from, int available, int[] begin) {
    long at = from;
    for (int i = 0; i < vectors; i++) {
      begin[i] = (int) at;
      at += lengths[i];
      if (lengths[i] < 0 || at > from + available) {
        throw new CorruptChunkException("length of vector " + i + " is " + lengths[i]);
      }
    }
    begin[vectors] = (int) at;
  }

  private void readValues() {
    if (valuesReady) {
      return;
    }
    ChunkRef current = chunk();
    int vectors = vectors();
    try {
      ByteSource in = valuesColumn.load(segment(), current.values());
      if (vectors == 1) {
        valuesBegin[0] = 0;
        valuesBegin[1] = in.remaining();
      } else {
        pieces.read(in, vectors, lengths);
        place(vectors, valuesColumn.offset(), in.remaining(), valuesBegin);
      }
    } catch (CorruptChunkException e) {
      throw valuesColumn.corrupt(segment(), current, current.values(), e);
    }
    valuesReady = true;
  }

  /** Decodes the timestamps of a vector, in Unix milliseconds, into {@code out[at..)}. */
  public void times(int vector, long[] out, int at) {
    readTimes();
    cutHeads(vector);
    int count = vectorPoints(vector);
    try {
      int begin = timesBegin[vector];
      ByteSource in = timesColumn.seek(begin, timesBegin[vector + 1] - begin);
      longs.decode(in, count, heads, decoded);
    } catch (CorruptChunkException e) {
      throw timesColumn.corrupt(segment(), chunk(), chunk().times(), e);
    }
    long dayStartMillis = segment().dayStartMillis();
    for (int i = 0; i < count; i++) {
      out[at + i] = dayStartMillis + decoded[i];
    }
  }

  /** Decodes the values of a vector into {@code out[at..)}. */
  public void values(int vector, double[] out, int at) {
    readValues();
    cutHeads(vector);
    try {
      int begin = valuesBegin[vector];
      ByteSource in = valuesColumn.seek(begin, valuesBegin[vector + 1] - begin);
      doubles.decode(in, vectorPoints(vector), heads, out, at);
    } catch (CorruptChunkException e) {
      throw valuesColumn.corrupt(segment(), chunk(), chunk().values(), e);
    }
  }

  /** Decodes all timestamps of the chunk into {@code out[0..points())}. */
  public void times(long[] out) {
    for (int vector = 0; vector < vectors(); vector++) {
      times(vector, out, vector * VECTOR_POINTS);
    }
  }

  /** Decodes all values of the chunk into {@code out[0..points())}. */
  public void values(double[] out) {
    for (int vector = 0; vector < vectors(); vector++) {
      values(vector, out, vector * VECTOR_POINTS);
    }
  }

  private void cutHeads(int vector) {
    readRuns();
    if (headsOf != vector) {
      int from = vector * VECTOR_POINTS;
      heads.cut(starts, firstRunOfVector[vector], from, from + vectorPoints(vector));
      headsOf = vector;
    }
  }

  /** Pre-aggregates of the chunk. Valid until the next open. */
  public EntityStats stats() {
    EntityStats result = statsDecoder.stats();
    if (statsReady) {
      return result;
    }
    ChunkRef current = chunk();
    if (current.stats().length() == 0) {
      result.stretches = 0;
    } else {
      int[] runStarts = starts();
      try {
        ByteSource in = statsColumn.load(segment(), current.stats());
        statsDecoder.decode(in, runStarts, current.runs(), segment().dayStartMillis());
      } catch (CorruptChunkException e) {
        throw statsColumn.corrupt(segment(), current, current.stats(), e);
      }
    }
    statsReady = true;
    return result;
  }

  /** Bytes of stored values read through this reader so far. */
  public long bytesRead() {
    return runsColumn.bytesRead()
        + timesColumn.bytesRead()
        + valuesColumn.bytesRead()
        + statsColumn.bytesRead();
  }
}
