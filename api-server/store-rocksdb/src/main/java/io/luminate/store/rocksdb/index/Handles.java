// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

/**
 * A series handle, never negative: {@code epoch << 50 | metricId << 28 | ordinal}. Ordinals are
 * used again, so a handle is good for its epoch and the next rounds' grace alone. Frames hold
 * {@code metricId << 32 | ordinal}.
 */
public final class Handles {
  private static final int ORDINAL_BITS = 28;
  private static final int METRIC_BITS = 22;
  private static final int EPOCH_BITS = 13;
  private static final int EPOCH_SHIFT = ORDINAL_BITS + METRIC_BITS;

  public static final int ORDINAL_MAX = (1 << ORDINAL_BITS) - 1;
  public static final int METRIC_ID_MAX = (1 << METRIC_BITS) - 1;
  public static final int EPOCH_MAX = (1 << EPOCH_BITS) - 1;

  private Handles() {}

  public static long of(int epoch, int metricId, int ordinal) {
    if (metricId < 0 || metricId > METRIC_ID_MAX || ordinal < 0 || ordinal > ORDINAL_MAX) {
      throw new IllegalStateException(
          "series " + ordinal + " of metric " + metricId + " is past what a handle can name");
    }
    return lowestOf(epoch) | (long) metricId << ORDINAL_BITS | ordinal;
  }

  /** Handles of earlier epochs are below it, all others are not. */
  public static long lowestOf(int epoch) {
    return (long) epoch << EPOCH_SHIFT;
  }

  public static int epoch(long handle) {
    return (int) (handle >>> EPOCH_SHIFT);
  }

  public static int metricId(long handle) {
    return (int) (handle >>> ORDINAL_BITS) & METRIC_ID_MAX;
  }

  public static int ordinal(long handle) {
    return (int) handle & ORDINAL_MAX;
  }

  /** As frames hold it. */
  public static long stored(long handle) {
    return (long) metricId(handle) << Integer.SIZE | ordinal(handle);
  }

  /** From a frame, of epoch 0. */
  public static long restored(long stored) {
    return of(0, (int) (stored >>> Integer.SIZE), (int) stored);
  }
}
