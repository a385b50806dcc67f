// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import io.luminate.store.rocksdb.codec.ByteSink;
import io.luminate.store.rocksdb.codec.ByteSource;
import io.luminate.store.rocksdb.codec.CorruptChunkException;
import io.luminate.store.rocksdb.codec.LongVectorDecoder;
import io.luminate.store.rocksdb.codec.LongVectorEncoder;
import io.luminate.store.rocksdb.codec.RunHeads;

/**
 * Arrays of any length as vectors of up to 1,024 back to back, each taken as a single run. Not
 * thread safe.
 */
final class VectorPieces {
  static final int PIECE = LongVectorEncoder.VALUES_MAX;

  private final LongVectorEncoder encoder = new LongVectorEncoder();
  private final LongVectorDecoder decoder = new LongVectorDecoder();
  private final RunHeads single = new RunHeads();
  private final long[] piece = new long[PIECE];

  VectorPieces() {
    single.single();
  }

  void write(long[] values, int count, ByteSink out) {
    for (int from = 0; from < count; from += PIECE) {
      int length = Math.min(PIECE, count - from);
      System.arraycopy(values, from, piece, 0, length);
      encoder.encode(piece, length, single, out);
    }
  }

  void write(int[] values, int count, ByteSink out) {
    for (int from = 0; from < count; from += PIECE) {
      int length = Math.min(PIECE, count - from);
      for (int i = 0; i < length; i++) {
        piece[i] = values[from + i];
      }
      encoder.encode(piece, length, single, out);
    }
  }

  void read(ByteSource in, int count, long[] out) {
    for (int from = 0; from < count; from += PIECE) {
      int length = Math.min(PIECE, count - from);
      decoder.decode(in, length, single, piece);
      System.arraycopy(piece, 0, out, from, length);
    }
  }

  /** Values that must lie between {@code min} and the largest int. */
  void read(ByteSource in, int count, int min, String field, int[] out) {
    for (int from = 0; from < count; from += PIECE) {
      int length = Math.min(PIECE, count - from);
      decoder.decode(in, length, single, piece);
      for (int i = 0; i < length; i++) {
        if (piece[i] < min || piece[i] > Integer.MAX_VALUE) {
          throw outOfRange(field, piece[i], min);
        }
        out[from + i] = (int) piece[i];
      }
    }
  }

  private static CorruptChunkException outOfRange(String field, long seen, int min) {
    return new CorruptChunkException(
        field + " is " + seen + ", allowed " + min + ".." + Integer.MAX_VALUE);
  }
}
