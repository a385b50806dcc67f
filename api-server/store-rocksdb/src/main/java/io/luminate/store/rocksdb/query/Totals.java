// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/**
 * What was measured of every slot. Sums that left the range of a double are kept a second time,
 * from values scaled by 2^-128, and come back into range if their average, or their whole, is in
 * it.
 */
final class Totals {
  /** Exact, being a power of two; 2^128 values of the greatest magnitude stay finite. */
  private static final double SCALE_DOWN = 0x1p-128;

  private static final double SCALE_UP = 0x1p128;

  /** What a cell is, hence how cells of neighbours join. */
  enum Kind {
    COUNT,
    SUM,
    AVERAGE,
    MIN,
    MAX,
    /** Final values that cannot be joined. */
    FINAL
  }

  private final Kind kind;
  private final long[] counts;
  private final double[] cells;
  private final double[] scaled;

  private Totals(Kind kind, long[] counts, double[] cells, double[] scaled) {
    this.kind = kind;
    this.counts = counts;
    this.cells = cells;
    this.scaled = scaled;
  }

  static Totals ofFinal(long[] counts, double[] values) {
    return new Totals(Kind.FINAL, counts, values, new double[0]);
  }

  static Totals of(Kind kind, List<? extends CellSink> sinks) {
    if (sinks.isEmpty()) {
      return new Totals(kind, new long[0], new double[0], new double[0]);
    }
    CellSink all = sinks.getFirst();
    sinks.subList(1, sinks.size()).forEach(all::merge);
    return new Totals(kind, all.counts, all.finished(), new double[0]);
  }

  /** Sums by a scan that multiplies values by what it is given; repeated scaled if need be. */
  static Totals sums(Kind kind, DoubleFunction<List<? extends CellSink>> scan) {
    Totals plain = of(kind, scan.apply(1));
    if (allFinite(plain.cells)) {
      return plain;
    }
    Totals again = of(kind, scan.apply(SCALE_DOWN));
    return new Totals(kind, plain.counts, plain.cells, again.cells);
  }

  /** Every query looks at each of its groups here: a loop, as a stream shows in profiles. */
  private static boolean allFinite(double[] cells) {
    for (double cell : cells) {
      if (!Double.isFinite(cell)) {
        return false;
      }
    }
    return true;
  }

  int slots() {
    return counts.length;
  }

  long count(int slot) {
    return counts[slot];
  }

  /** Infinite or NaN if the result exceeds the range of a double. */
  double value(int slot) {
    return switch (kind) {
      case COUNT -> counts[slot];
      case SUM -> quotient(slot, 1);
      case AVERAGE -> quotient(slot, counts[slot]);
      case MIN, MAX, FINAL -> cells[slot];
    };
  }

  /** A sum divided, which may bring it back into the range of a double. */
  double quotient(int slot, double divisor) {
    return fits(slot) ? cells[slot] / divisor : scaled[slot] / divisor * SCALE_UP;
  }

  /** As results give it: empty if it exceeds the range of a double. */
  static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  private boolean fits(int slot) {
    return scaled.length == 0 || Double.isFinite(cells[slot]);
  }

  boolean canJoin() {
    return kind != Kind.FINAL;
  }

  /** Makes one slot of each {@code size} neighbours. */
  Totals join(int size) {
    int joined = slots() / size;
    long[] newCounts = new long[joined];
    double[] newCells = new double[kind == Kind.COUNT ? 0 : joined];
    double[] newScaled = new double[isSum() ? joined : 0];
    for (int slot = 0; slot < slots(); slot++) {
      if (counts[slot] > 0) {
        join(slot, slot / size, newCounts, newCells, newScaled);
      }
    }
    return new Totals(kind, newCounts, newCells, newScaled);
  }

  private boolean isSum() {
    return kind == Kind.SUM || kind == Kind.AVERAGE;
  }

  private void join(int slot, int to, long[] newCounts, double[] newCells, double[] newScaled) {
    boolean first = newCounts[to] == 0;
    newCounts[to] += counts[slot];
    switch (kind) {
      case COUNT -> {}
      case SUM, AVERAGE -> {
        newCells[to] += cells[slot];
        newScaled[to] += fits(slot) ? cells[slot] * SCALE_DOWN : scaled[slot];
      }
      case MIN -> newCells[to] = first ? cells[slot] : Math.min(newCells[to], cells[slot]);
      case MAX -> newCells[to] = first ? cells[slot] : Math.max(newCells[to], cells[slot]);
      case FINAL -> throw new IllegalStateException("final values cannot be joined");
    }
  }
}
