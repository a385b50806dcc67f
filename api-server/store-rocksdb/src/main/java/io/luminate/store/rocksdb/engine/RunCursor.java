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
  private final long[] times = new long[PADDED_POINTS];
  private final double[] values = new double[PADDED_POINTS];
  private int run = -1;
  private int runs;

  /** Vectors decode whole, so the last one may reach past the points of the chunk. */
  private static final int PADDED_POINTS = 65_536 + ChunkReader.VECTOR_POINTS;

  RunCursor(ChunkStore store, SegmentId segment, List<ChunkRef> chunks, long visibleFromMillis) {
    this.segment = segment;
    this.visibleFromMillis = visibleFromMillis;
    this.chunks = chunks.iterator();
    this.reader = new ChunkReader(store);
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
