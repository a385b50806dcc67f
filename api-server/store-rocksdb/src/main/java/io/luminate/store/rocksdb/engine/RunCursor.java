// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.query.Cuts;
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
  private final Cuts cuts;
  private final Iterator<ChunkRef> chunks;
  private final ChunkReader reader;
  private final long[] times;
  private final double[] values;
  private int run = -1;
  private int runs;
  private int position;
  private int end;

  RunCursor(
      ChunkStore store,
      SegmentId segment,
      List<ChunkRef> chunks,
      long visibleFromMillis,
      Cuts cuts) {
    this.cuts = cuts;
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
    position = reader.starts()[run];
    end = reader.starts()[run + 1];
    long from =
        cuts.isEmpty()
            ? visibleFromMillis
            : Math.max(visibleFromMillis, cuts.fromMillis(ordinal()));
    while (position < end && times[position] < from) {
      position++;
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

  /** Whether the next chunk may go on with the series of this run. */
  boolean mayGoOn() {
    return run == runs - 1 && chunks.hasNext();
  }

  /** Visible points of the run that were not taken yet. */
  int left() {
    return end - position;
  }

  /** The first point that was not taken yet; times ascend from there to the end of the run. */
  int position() {
    return position;
  }

  void takeTo(int newPosition) {
    position = newPosition;
  }

  int end() {
    return end;
  }

  /** By the next point, as runs are ordered. */
  boolean isAfter(RunCursor other) {
    return isAfter(position, other);
  }

  private boolean isAfter(int at, RunCursor other) {
    long millis = times[at];
    long otherMillis = other.times[other.position];
    return millis != otherMillis
        ? millis > otherMillis
        : Double.compare(values[at], other.values[other.position]) > 0;
  }

  /**
   * Where the points end that are not behind the other's next one. Looks ahead in growing steps:
   * sources mostly take turns of many points, or of one.
   */
  int endOfTurn(RunCursor other) {
    int step = 1;
    while (position + step < end && !isAfter(position + step, other)) {
      step *= 2;
    }
    int low = position + step / 2;
    int high = Math.min(end, position + step);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isAfter(middle, other)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  long[] times() {
    return times;
  }

  double[] values() {
    return values;
  }
}
