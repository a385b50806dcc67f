// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.segment.ChunkReader;
import io.luminate.store.rocksdb.segment.ChunkRef;
import io.luminate.store.rocksdb.segment.ChunkStore;
import io.luminate.store.rocksdb.segment.SegmentId;
import java.util.Iterator;
import java.util.List;

/** Walks the runs of one metric in one segment, in segment order, one decoded chunk at a time. */
final class RunCursor {
  private final SegmentId segment;
  private final long visibleFromMillis;
  private final Iterator<ChunkRef> chunks;
  private final ChunkReader reader;
  private final long[] times;
  private final double[] values;
  private int run = -1;
  private int runs;

  RunCursor(ChunkStore store, SegmentId segment, List<ChunkRef> chunks, long visibleFromMillis) {
    this.segment = segment;
    this.visibleFromMillis = visibleFromMillis;
    this.chunks = chunks.iterator();
    this.reader = new ChunkReader(store);
    int capacity = paddedPoints(chunks);
    this.times = new long[capacity];
    this.values = new double[capacity];
  }

  /** Room for the largest chunk, most being small; vectors decode whole and reach past its end. */
  private static int paddedPoints(List<ChunkRef> chunks) {
    int largest = chunks.stream().mapToInt(ChunkRef::points).max().orElse(0);
    return largest + ChunkReader.VECTOR_POINTS;
  }

  /** Moves to the next run; false behind the last. */
  boolean next() {
    run++;
    while (run >= runs) {
      if (!chunks.hasNext()) {
        return false;
      }
      open(chunks.next());
    }
    return true;
  }

  private void open(ChunkRef chunk) {
    reader.open(segment, chunk);
    runs = reader.runs();
    run = 0;
    for (int vector = 0; vector < reader.vectors(); vector++) {
      reader.times(vector, times, vector * ChunkReader.VECTOR_POINTS);
      reader.values(vector, values, vector * ChunkReader.VECTOR_POINTS);
    }
  }

  int ordinal() {
    return reader.ordinals()[run];
  }

  /** First visible point of the run; times ascend within it. */
  int from() {
    int from = reader.starts()[run];
    while (from < to() && times[from] < visibleFromMillis) {
      from++;
    }
    return from;
  }

  int to() {
    return reader.starts()[run + 1];
  }

  long[] times() {
    return times;
  }

  double[] values() {
    return values;
  }
}
