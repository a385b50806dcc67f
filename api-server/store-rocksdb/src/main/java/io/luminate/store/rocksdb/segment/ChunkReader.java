// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

/**
 * Decodes chunks, one after the other, into arrays it reuses: make one per thread and keep it. Each
 * column is read when first asked for; chunks that share a block read it once. Not thread safe.
 *
 * <p>Positions count the points of a chunk from 0; vector {@code v} holds positions {@code
 * [1024*v, 1024*v + vectorPoints(v))}.
 */
public final class ChunkReader {
  public static final int VECTOR_POINTS = 1024;

  public ChunkReader(ChunkStore store) {
    throw new UnsupportedOperationException("not yet " + store);
  }

  /** Moves to a chunk. Reads nothing. */
  public void open(SegmentId segment, ChunkRef chunk) {
    throw new UnsupportedOperationException("not yet " + segment + chunk);
  }

  public int points() {
    throw new UnsupportedOperationException("not yet");
  }

  public int runs() {
    throw new UnsupportedOperationException("not yet");
  }

  /** Series ordinal of each run; the first {@code runs()} count. Valid until the next open. */
  public int[] ordinals() {
    throw new UnsupportedOperationException("not yet");
  }

  /** Position of each run's first point, then the number of points: {@code runs() + 1} count. */
  public int[] starts() {
    throw new UnsupportedOperationException("not yet");
  }

  public int vectors() {
    throw new UnsupportedOperationException("not yet");
  }

  public int vectorPoints(int vector) {
    throw new UnsupportedOperationException("not yet " + vector);
  }

  /** Earliest timestamp of a vector; reads the times' column but decodes no vector. */
  public long vectorMinMillis(int vector) {
    throw new UnsupportedOperationException("not yet " + vector);
  }

  public long vectorMaxMillis(int vector) {
    throw new UnsupportedOperationException("not yet " + vector);
  }

  /** Decodes the timestamps of a vector, in Unix milliseconds, into {@code out[at..)}. */
  public void times(int vector, long[] out, int at) {
    throw new UnsupportedOperationException("not yet " + vector + out.length + at);
  }

  /** Decodes the values of a vector into {@code out[at..)}. */
  public void values(int vector, double[] out, int at) {
    throw new UnsupportedOperationException("not yet " + vector + out.length + at);
  }

  /** Pre-aggregates of the chunk. Valid until the next open. */
  public EntityStats stats() {
    throw new UnsupportedOperationException("not yet");
  }

  /** Bytes of stored values read through this reader so far. */
  public long bytesRead() {
    throw new UnsupportedOperationException("not yet");
  }
}
