// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import io.luminate.store.rocksdb.codec.ByteSource;
import io.luminate.store.rocksdb.codec.CorruptChunkException;
import io.luminate.store.rocksdb.codec.DoubleVectorDecoder;
import io.luminate.store.rocksdb.codec.RunHeads;

/** Decodes the STATS part of a chunk, drawn at {@link ChunkEncoder}. Not thread safe. */
final class StatsDecoder {
  private final VectorPieces pieces;
  private final DoubleVectorDecoder doubles = new DoubleVectorDecoder();
  private final RunHeads single = new RunHeads();
  private final EntityStats stats = new EntityStats();
  private final double[] sums = new double[VectorPieces.PIECE];
  private final double[] mins = new double[VectorPieces.PIECE];
  private final double[] maxs = new double[VectorPieces.PIECE];
  private final long[] earliest = new long[VectorPieces.PIECE];
  private final long[] spans = new long[VectorPieces.PIECE];
  private final int[] carriers = new int[VectorPieces.PIECE];

  StatsDecoder(VectorPieces pieces) {
    this.pieces = pieces;
    single.single();
  }

  EntityStats stats() {
    return stats;
  }

  void decode(ByteSource in, int[] starts, int runs, long dayStartMillis) {
    stats.stretches = 0;
    int stretches = in.getVarInt("stretches", runs);
    int pointsMin = in.getVarInt("fewest points", Integer.MAX_VALUE);
    stats.reserve(stretches);
    pieces.read(in, stretches, 1, "runs of a stretch", stats.firstRuns);
    accumulate(stretches, runs);
    int found = 0;
    for (int i = 0; i < stretches; i++) {
      int points = starts[stats.firstRuns[i + 1]] - starts[stats.firstRuns[i]];
      stats.present[i] = points >= pointsMin;
      if (stats.present[i]) {
        carriers[found++] = i;
      }
      if (found == carriers.length) {
        decodeTotals(in, found, dayStartMillis);
        found = 0;
      }
    }
    if (found > 0) {
      decodeTotals(in, found, dayStartMillis);
    }
    stats.stretches = stretches;
  }

  private void accumulate(int stretches, int runs) {
    int at = 0;
    for (int i = 0; i < stretches; i++) {
      int length = stats.firstRuns[i];
      stats.firstRuns[i] = at;
      if (length > runs - at) {
        throw new CorruptChunkException("stretch " + i + " has " + length + " runs");
      }
      at += length;
    }
    if (at != runs) {
      throw new CorruptChunkException("stretches hold " + at + " runs, the chunk " + runs);
    }
    stats.firstRuns[stretches] = runs;
  }

  private void decodeTotals(ByteSource in, int count, long dayStartMillis) {
    doubles.decode(in, count, single, sums, 0);
    doubles.decode(in, count, single, mins, 0);
    doubles.decode(in, count, single, maxs, 0);
    pieces.read(in, count, earliest);
    pieces.read(in, count, spans);
    for (int i = 0; i < count; i++) {
      int stretch = carriers[i];
      stats.present[stretch] = !Double.isNaN(sums[i]);
      stats.sums[stretch] = sums[i];
      stats.mins[stretch] = mins[i];
      stats.maxs[stretch] = maxs[i];
      stats.minMillis[stretch] = dayStartMillis + earliest[i];
      stats.maxMillis[stretch] = dayStartMillis + earliest[i] + spans[i];
    }
  }
}
