// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.head.PointPage;

/** Keeps a count and one number for every slot (a group, or a bucket of a group). */
abstract sealed class CellSink implements TotalsSink {
  /** Of a slot in all arrays; the third is for sums that overflowed. */
  static final long SLOT_BYTES = Long.BYTES + 2 * Double.BYTES;

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

  /** The cells, when nothing more will be added. */
  double[] finished() {
    return cells;
  }

  final void mergeCounts(CellSink other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** Sums of slots that terms are added to one by one. */
  sealed interface SumCells {
    void count(int slot);

    void add(int slot, double term);

    CellSink asSink();

    static SumCells of(int slots, double scale) {
      return scale == 1 ? new Sum(slots) : new ScaledSum(slots, scale);
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
    public void scattered(int[] slots, PointPage page, int first, int count) {
      for (int i = 0; i < count; i++) {
        if (slots[i] >= 0) {
          counts[slots[i]]++;
        }
      }
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

  /** Plain sums. */
  static final class Sum extends CellSink implements SumCells {
    /** Shorter runs gain nothing from more than one chain of additions. */
    private static final int LONG_RUN = 16;

    Sum(int slots) {
      super(slots, slots);
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
        sum += values[i];
      }
      cells[slot] += sum;
    }

    @Override
    public void scattered(int[] slots, PointPage page, int first, int count) {
      double[] values = page.values();
      for (int i = 0; i < count; i++) {
        if (slots[i] >= 0) {
          counts[slots[i]]++;
          cells[slots[i]] += values[first + i];
        }
      }
    }

    /** Four chains, as one would wait for the latency of every addition. */
    private static double longSum(double[] values, int from, int to) {
      double a = 0;
      double b = 0;
      double c = 0;
      double d = 0;
      int i = from;
      for (; i + 3 < to; i += 4) {
        a += values[i];
        b += values[i + 1];
        c += values[i + 2];
        d += values[i + 3];
      }
      for (; i < to; i++) {
        a += values[i];
      }
      return (a + b) + (c + d);
    }

    @Override
    public void count(int slot) {
      counts[slot]++;
    }

    @Override
    public void add(int slot, double term) {
      cells[slot] += term;
    }

    @Override
    public CellSink asSink() {
      return this;
    }

    @Override
    public void totals(int slot, long count, double sum, double min, double max) {
      counts[slot] += count;
      cells[slot] += sum;
    }

    @Override
    void merge(CellSink other) {
      mergeCounts(other);
      for (int i = 0; i < cells.length; i++) {
        cells[i] += other.cells[i];
      }
    }
  }

  /**
   * Sums of values scaled down, for those that overflowed. Neumaier's compensation keeps what
   * rounding loses, so that a sum at the very edge of the range falls on the right side of it.
   */
  static final class ScaledSum extends CellSink implements SumCells {
    private final double scale;
    private final double[] lost;

    ScaledSum(int slots, double scale) {
      super(slots, slots);
      this.scale = scale;
      this.lost = new double[slots];
    }

    @Override
    public void run(int slot, int ordinal, long[] times, double[] values, int from, int to) {
      counts[slot] += to - from;
      for (int i = from; i < to; i++) {
        add(slot, values[i] * scale);
      }
    }

    @Override
    public void count(int slot) {
      counts[slot]++;
    }

    @Override
    public void add(int slot, double term) {
      double sum = cells[slot] + term;
      boolean termIsSmall = Math.abs(cells[slot]) >= Math.abs(term);
      lost[slot] += termIsSmall ? (cells[slot] - sum) + term : (term - sum) + cells[slot];
      cells[slot] = sum;
    }

    @Override
    public CellSink asSink() {
      return this;
    }

    /** Stored totals are rounded already. */
    @Override
    public boolean takesTotals() {
      return false;
    }

    @Override
    public void totals(int slot, long count, double sum, double min, double max) {
      throw new IllegalStateException("totals of slot " + slot + " are not exact enough");
    }

    @Override
    void merge(CellSink other) {
      mergeCounts(other);
      double[] otherLost = ((ScaledSum) other).lost;
      for (int i = 0; i < cells.length; i++) {
        add(i, other.cells[i]);
        lost[i] += otherLost[i];
      }
    }

    @Override
    double[] finished() {
      for (int i = 0; i < cells.length; i++) {
        cells[i] += lost[i];
        lost[i] = 0;
      }
      return cells;
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
