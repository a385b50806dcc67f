// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.codec;

/** The inverse of {@link LongVectorEncoder}. Not thread safe. */
public final class LongVectorDecoder {
  private final Frame frame = new Frame();
  private final long[] deltas = new long[Frame.VALUES_MAX];

  /** Decodes {@code count} values into {@code out[0..count)}. */
  public void decode(ByteSource in, int count, RunHeads runs, long[] out) {
    if (count <= 0 || count > Frame.VALUES_MAX) {
      throw CorruptChunkException.field("values of a vector", count, "1.." + Frame.VALUES_MAX);
    }
    int form = peekForm(in);
    if (form == LongVectorEncoder.PLAIN) {
      frame.read(in, count, out);
      return;
    }
    if (form != LongVectorEncoder.RUN_DELTAS || runs.count > count) {
      throw CorruptChunkException.field("vector form", form, "0..1");
    }
    frame.read(in, runs.count, out);
    frame.read(in, count - runs.count, deltas);
    spread(count, runs, out);
  }

  private static int peekForm(ByteSource in) {
    if (in.remaining() < Frame.HEADER_BYTES) {
      throw CorruptChunkException.field(
          "bytes left for a vector", in.remaining(), "2 or more, position " + in.position());
    }
    return (in.array()[in.position() + 1] & 0xff) >>> 4;
  }

  /** From the last run to the first, so that heads can move within {@code out} itself. */
  private void spread(int count, RunHeads runs, long[] out) {
    int end = count;
    int delta = count - runs.count;
    for (int run = runs.count - 1; run >= 0; run--) {
      int begin = runs.positions[run];
      long value = out[run];
      delta -= end - begin - 1;
      out[begin] = value;
      for (int i = begin + 1, d = delta; i < end; i++, d++) {
        value += deltas[d];
        out[i] = value;
      }
      end = begin;
    }
  }
}
