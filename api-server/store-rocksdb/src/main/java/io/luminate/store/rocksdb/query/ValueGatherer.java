// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

/** Gathers neighbouring values of a slot, so that what they go to is touched less often. */
abstract class ValueGatherer implements RunSink {
  private static final int BUFFER_VALUES = 1024;

  private final double[] buffer = new double[BUFFER_VALUES];
  private int size;
  private int slot;

  abstract void flush(int slot, double[] values, int count);

  @Override
  public final boolean needsTimes() {
    return false;
  }

  @Override
  public final boolean needsValues() {
    return true;
  }

  @Override
  public final void run(int newSlot, int ordinal, long[] times, double[] values, int from, int to) {
    int count = to - from;
    if (newSlot != slot || size + count > BUFFER_VALUES) {
      endItem();
      slot = newSlot;
    }
    if (count > BUFFER_VALUES) {
      throw new IllegalArgumentException("a run of " + count + " values exceeds a vector");
    }
    for (int i = from; i < to; i++) {
      buffer[size++] = values[i];
    }
  }

  @Override
  public final void endItem() {
    if (size > 0) {
      flush(slot, buffer, size);
      size = 0;
    }
  }
}
