// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.TimeRange;
import io.luminate.store.rocksdb.query.CellMeasurement.Pass;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Percentiles, linear between closest ranks. One pass counts, one scatters every slot's values side
 * by side, then each slot selects its ranks. Where not all values fit the memory budget, the slots
 * are done in a few pieces, each with a pass of its own; past that {@link SketchedPercentiles}
 * answer.
 */
final class PercentileMeasurement implements Measurement {
  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  /** Keeps the last int offset within an array. */
  private static final long VALUES_MAX = Integer.MAX_VALUE - 16;

  /**
   * Each piece reads everything again; a sketch needs one pass, slower than two or three of these.
   */
  private static final int PIECES_MAX = 8;

  /** Values of one work item of selection, unless a slot has more. */
  private static final int BLOCK_VALUES = 1 << 16;

  private final Execution query;
  private final TimeRange range;
  private final double fraction;
  private OptionalDouble rankError = OptionalDouble.empty();

  PercentileMeasurement(Execution query, TimeRange range, double fraction) {
    this.query = query;
    this.range = range;
    this.fraction = fraction;
  }

  @Override
  public boolean joins() {
    return false;
  }

  @Override
  public OptionalDouble rankError() {
    return rankError;
  }

  @Override
  public Totals measure(SeriesGroups series, int groups, Buckets buckets, ScanMeter meter) {
    Pass pass = new Pass(query, range, series, (long) groups * buckets.count(), buckets);
    List<CellSink.Count> sinks = pass.scan(meter, CellSink.Count::new);
    if (sinks.isEmpty()) {
      return Totals.ofFinal(new long[0], new double[0]);
    }
    CellSink all = sinks.getFirst();
    sinks.subList(1, sinks.size()).forEach(all::merge);
    long[] counts = all.counts;
    List<Integer> pieces = pieces(counts);
    if (pieces.size() - 1 <= PIECES_MAX) {
      return Totals.ofFinal(counts, exact(pass, counts, pieces, meter));
    }
    SketchedPercentiles sketches = SketchedPercentiles.within(query, counts);
    double[] results = sketches.measure(pass, fraction, meter.again());
    rankError = OptionalDouble.of(Math.max(rankError.orElse(0), sketches.rankError()));
    return Totals.ofFinal(counts, results);
  }

  /**
   * First slots of pieces whose values fit the memory budget, then the number of slots; a slot that
   * does not fit makes more pieces than are allowed.
   */
  private List<Integer> pieces(long[] counts) {
    long bytes = query.memory().availableBytes() - slotBytes(counts);
    long valuesMax = Math.min(VALUES_MAX, bytes / Long.BYTES);
    List<Integer> starts = new ArrayList<>(List.of(0));
    long values = 0;
    for (int slot = 0; slot < counts.length; slot++) {
      if (counts[slot] > valuesMax) {
        return Collections.nCopies(PIECES_MAX + 2, 0);
      }
      if (values + counts[slot] > valuesMax) {
        starts.add(slot);
        values = 0;
      }
      values += counts[slot];
    }
    starts.add(counts.length);
    return starts;
  }

  private static long slotBytes(long[] counts) {
    return counts.length * (long) (Integer.BYTES + Double.BYTES);
  }

  private double[] exact(Pass pass, long[] counts, List<Integer> pieces, ScanMeter meter) {
    int largest = 0;
    for (int i = 1; i < pieces.size(); i++) {
      largest = Math.max(largest, (int) sum(counts, pieces.get(i - 1), pieces.get(i)));
    }
    long bytes = slotBytes(counts) + (long) largest * Long.BYTES;
    query.memory().reserve(bytes);
    long[] values = new long[largest];
    int[] cursors = new int[counts.length];
    double[] results = new double[counts.length];
    for (int i = 1; i < pieces.size(); i++) {
      Piece piece = new Piece(pieces.get(i - 1), pieces.get(i), counts, values, cursors);
      scatter(pass, piece, meter.again());
      select(piece, results);
    }
    query.memory().release(bytes);
    return results;
  }

  private static long sum(long[] counts, int from, int to) {
    return Arrays.stream(counts, from, to).sum();
  }

  /** Slots {@code [from, to)}, their values side by side, and where the next of each goes. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Piece(int from, int to, long[] counts, long[] values, int[] cursors) {
    Piece {
      int next = 0;
      for (int slot = from; slot < to; slot++) {
        cursors[slot] = next;
        next += (int) counts[slot];
      }
    }

    boolean holds(int slot) {
      return slot >= from && slot < to;
    }
  }

  private void scatter(Pass pass, Piece piece, ScanMeter meter) {
    List<ScanItem> items = ScanPlan.flat(query.snapshot(), range, pass.series());
    query.scanSplit(pass.series(), items, meter, pass.buckets(), () -> new Scatter(piece));
  }

  /** Workers claim places in a slot's stretch, so its order is left to chance. */
  private static final class Scatter extends ValueGatherer {
    private final Piece piece;

    Scatter(Piece piece) {
      this.piece = piece;
    }

    @Override
    void flush(int slot, double[] values, int count) {
      if (!piece.holds(slot)) {
        return;
      }
      long[] out = piece.values();
      int at = (int) INTS.getAndAdd(piece.cursors(), slot, count);
      for (int i = 0; i < count; i++) {
        out[at + i] = SortableValues.of(values[i]);
      }
    }
  }

  private void select(Piece piece, double[] results) {
    List<Integer> blocks = blocks(piece);
    query.run(
        blocks.size() - 1,
        (block, worker) -> {
          for (int slot = blocks.get(block); slot < blocks.get(block + 1); slot++) {
            int count = (int) piece.counts()[slot];
            if (count > 0) {
              int end = piece.cursors()[slot];
              results[slot] =
                  SortableValues.percentile(
                      piece.values(), end - count, end, fraction, query.control());
            }
          }
        });
  }

  /** First slots of blocks, then the end of the piece. */
  private static List<Integer> blocks(Piece piece) {
    List<Integer> starts = new ArrayList<>(List.of(piece.from()));
    long size = 0;
    for (int slot = piece.from(); slot < piece.to(); slot++) {
      size += piece.counts()[slot] + 1;
      if (size >= BLOCK_VALUES) {
        starts.add(slot + 1);
        size = 0;
      }
    }
    if (starts.getLast() < piece.to()) {
      starts.add(piece.to());
    }
    return starts;
  }
}
