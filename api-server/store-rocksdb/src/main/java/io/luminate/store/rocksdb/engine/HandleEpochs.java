// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.ErrorCode;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import io.luminate.store.rocksdb.index.Handles;
import io.luminate.store.rocksdb.index.MetricIndex;

/**
 * Which series handles are good. Each carries the epoch in which it was given out; when ordinals
 * are about to be used again a new epoch begins, decoders forget the handles of those before it,
 * and some time later writes with them are refused.
 */
final class HandleEpochs {
  private final Quiescence writes = new Quiescence();
  private volatile int current;
  private volatile long lowestWritable;

  /** To be read before the ordinal is looked up that is given out with it. */
  int current() {
    return current;
  }

  static long handle(int epoch, MetricIndex index, int ordinal) {
    return Handles.of(epoch, index.metricId(), ordinal);
  }

  /** Lower ones are about to be refused. */
  long lowestHandle() {
    return Handles.lowestOf(current);
  }

  boolean hasNext() {
    return current < Handles.EPOCH_MAX;
  }

  void begin() {
    int next = current + 1;
    current = next;
  }

  /** Refuses handles of earlier epochs from now on; those under way go through. */
  void refuseEarlier() {
    lowestWritable = Handles.lowestOf(current);
    writes.turn();
  }

  /** Whether no write with a handle that is refused is under way. */
  boolean isQuiet() {
    return writes.isQuiet();
  }

  /**
   * Begins a write; whoever calls it leaves.
   *
   * @throws StoreException OVERLOADED when a handle is of too long ago; nothing is to be left then
   */
  int enter(PointBatch batch) {
    int entered = writes.enter();
    if (lowest(batch) < lowestWritable) {
      writes.leave(entered);
      throw new StoreException(
          ErrorCode.OVERLOADED,
          "series that the request asked for were forgotten before it came to be stored");
    }
    return entered;
  }

  void leave(int entered) {
    writes.leave(entered);
  }

  private static long lowest(PointBatch batch) {
    long[] handles = batch.handles();
    long lowest = Long.MAX_VALUE;
    for (int i = 0; i < batch.size(); i++) {
      lowest = Math.min(lowest, handles[i]);
    }
    return lowest;
  }
}
