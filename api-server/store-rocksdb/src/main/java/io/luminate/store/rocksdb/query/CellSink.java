// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

/** Keeps a count and one number for every slot (a group, or a bucket of a group). */
abstract sealed class CellSink implements TotalsSink {
  /** Of a slot in both arrays. */
  static final long SLOT_BYTES = Long.BYTES + Double.BYTES;

  final long[] counts;
  final double[] cells;

  private CellSink(int slots, int cells) {
    this.counts = new long[slots];
    this.cells = new double[cells];
  }

  @Override
  public final boolean needsTimes() {
    return false;
  }

  @Override
  public boolean needsValues() {
    return true;
  }

  /** Adds another worker's cells to these. */
  abstract void merge(CellSink other);

  final void mergeCounts(CellSink other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** Nothing but the count. */
  static final class Count extends CellSink {
    Count(int slots) {
      super(slots, 0);
    }

    @Override
    public boolean needsValues() {
      return false;
    }

    @Override
    public void run(int slot, int ordinal, long[] times, double[] values, int from, int to) {
      counts[slot] += to - from;
    }

    @Override
    public void totals(int slot, long count, double sum, double min, double max) {
      counts[slot] += count;
    }

    @Override
    void merge(CellSink other) {
      mergeCounts(other);
    }
  }

  /** Sums of values times a constant, which is 1 unless the plain sum overflowed. */
  static final class Sum extends CellSink {
    /** Shorter runs gain nothing from more than one chain of additions. */
    private static final int LONG_RUN = 16;

    private final double scale;

    Sum(int slots, double scale) {
      super(slots, slots);
      this.scale = scale;
    }

    @Override
    public void run(int slot, int ordinal, long[] times, double[] values, int from, int to) {
      counts[slot] += to - from;
      if (to - from >= LONG_RUN) {
        cells[slot] += longSum(values, from, to);
        return;
      }
      double sum = 0;
      for (int i = from; i < to; i++) {
        sum += values[i] * scale;
      }
      cells[slot] += sum;
    }

    /** Four chains, as one would wait for the latency of every addition. */
    private double longSum(double[] values, int from, int to) {
      double a = 0;
      double b = 0;
      double c = 0;
      double d = 0;
      int i = from;
      for (; i + 3 < to; i += 4) {
        a += values[i] * scale;
        b += values[i + 1] * scale;
        c += values[i + 2] * scale;
        d += values[i + 3] * scale;
      }
      for (; i < to; i++) {
        a += values[i] * scale;
      }
      return (a + b) + (c + d);
    }

    @Override
    public void totals(int slot, long count, double sum, double min, double max) {
      counts[slot] += count;
      cells[slot] += sum * scale;
    }

    @Override
    void merge(CellSink other) {
      mergeCounts(other);
      for (int i = 0; i < cells.length; i++) {
        cells[i] += other.cells[i];
      }
    }
  }

  /** Least or greatest values. A cell means nothing while its count is 0. */
  static final class Extreme extends CellSink {
    /** 1 for the greatest; −1 for the least, which is the greatest of the negated values. */
    private final double sign;

    Extreme(int slots, boolean greatest) {
      super(slots, slots);
      this.sign = greatest ? 1 : -1;
    }

    @Override
    public void run(int slot, int ordinal, long[] times, double[] values, int from, int to) {
      double extreme = sign * values[from];
      for (int i = from + 1; i < to; i++) {
        extreme = Math.max(extreme, sign * values[i]);
      }
      take(slot, to - from, sign * extreme);
    }

    @Override
    public void totals(int slot, long count, double sum, double min, double max) {
      take(slot, count, sign > 0 ? max : min);
    }

    @Override
    void merge(CellSink other) {
      for (int i = 0; i < cells.length; i++) {
        if (other.counts[i] > 0) {
          take(i, other.counts[i], other.cells[i]);
        }
      }
    }

    private void take(int slot, long count, double value) {
      boolean first = counts[slot] == 0;
      cells[slot] = first ? value : sign * Math.max(sign * cells[slot], sign * value);
      counts[slot] += count;
    }
  }
}
