// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.codec;

/**
 * Encodes up to 1,024 integers as whichever is smaller:
 *
 * <pre>
 * PLAIN       one {@link Frame} of all values, embedder bits 0
 * RUN DELTAS  a frame of the heads of runs, embedder bits 1,
 *             then a frame of value[i] - value[i-1] mod 2^64 for all others
 * </pre>
 *
 * <p>Counters and timestamps, which grow within a run and jump between runs, cost what their
 * increments cost; at a constant increment the second frame has width 0. Not thread safe.
 */
public final class LongVectorEncoder {
  /** Longest vector. 1,024 longs are 8 KiB: one decoded vector stays in the first-level cache. */
  public static final int VALUES_MAX = Frame.VALUES_MAX;

  static final int PLAIN = 0;
  static final int RUN_DELTAS = 1;

  private final Frame frame = new Frame();
  private final FrameShape plainShape = new FrameShape();
  private final FrameShape headShape = new FrameShape();
  private final FrameShape deltaShape = new FrameShape();
  private final long[] heads = new long[VALUES_MAX];
  private final long[] deltas = new long[VALUES_MAX];

  public void encode(long[] values, int count, RunHeads runs, ByteSink out) {
    choose(values, count, runs);
    writeChosen(values, count, runs, out);
  }

  /** Decides on a form and returns its size in bytes; {@link #writeChosen} must follow. */
  int choose(long[] values, int count, RunHeads runs) {
    assert count > 0 && count <= VALUES_MAX : count;
    plainShape.choose(values, count);
    if (runs.count == count || plainShape.width == 0) {
      deltaShape.sizeBytes = Integer.MAX_VALUE / 2;
      return plainShape.sizeBytes;
    }
    split(values, count, runs);
    headShape.choose(heads, runs.count);
    deltaShape.choose(deltas, count - runs.count);
    return Math.min(plainShape.sizeBytes, headShape.sizeBytes + deltaShape.sizeBytes);
  }

  private void split(long[] values, int count, RunHeads runs) {
    int delta = 0;
    for (int run = 0; run < runs.count; run++) {
      int begin = runs.positions[run];
      int end = run + 1 < runs.count ? runs.positions[run + 1] : count;
      heads[run] = values[begin];
      for (int i = begin + 1; i < end; i++) {
        deltas[delta++] = values[i] - values[i - 1];
      }
    }
  }

  void writeChosen(long[] values, int count, RunHeads runs, ByteSink out) {
    if (deltaShape.sizeBytes + headShape.sizeBytes < plainShape.sizeBytes) {
      frame.write(heads, runs.count, headShape, RUN_DELTAS, out);
      frame.write(deltas, count - runs.count, deltaShape, 0, out);
    } else {
      frame.write(values, count, plainShape, PLAIN, out);
    }
  }
}
