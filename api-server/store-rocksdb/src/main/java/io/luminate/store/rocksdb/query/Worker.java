// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.segment.ChunkReader;
import io.luminate.store.rocksdb.segment.ChunkStore;

/** What belongs to one thread of the {@link WorkerPool}: buffers that outlive queries. */
final class Worker {
  /** From 0, below {@link WorkerPool#threads}. */
  final int number;

  final ChunkReader chunks;
  final long[] times = new long[ChunkReader.VECTOR_POINTS];
  final double[] values = new double[ChunkReader.VECTOR_POINTS];
  private int[] groups = new int[ChunkReader.VECTOR_POINTS];

  Worker(int number, ChunkStore store) {
    this.number = number;
    this.chunks = new ChunkReader(store);
  }

  /** At least {@code size} ints, with whatever was in them. */
  int[] groups(int size) {
    if (groups.length < size) {
      groups = new int[Math.max(size, 2 * groups.length)];
    }
    return groups;
  }
}
