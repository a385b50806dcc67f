// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.TimeRange;
import io.luminate.store.rocksdb.query.CellMeasurement.Pass;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Percentiles, linear between closest ranks. Exact while all values fit the memory budget: one pass
 * counts, one scatters every slot's values side by side, then each slot selects its ranks. Past the
 * budget {@link SketchedPercentiles} answer.
 */
final class PercentileMeasurement implements Measurement {
  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  /** Keeps the last int offset within an array. */
  private static final long VALUES_MAX = Integer.MAX_VALUE - 16;

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
    long values = Arrays.stream(counts).sum();
    long bytes = values * Long.BYTES + counts.length * (long) (Integer.BYTES + Double.BYTES);
    if (values <= VALUES_MAX && bytes <= query.memory().availableBytes()) {
      query.memory().reserve(bytes);
      double[] results = exact(pass, counts, (int) values, meter.again());
      query.memory().release(bytes);
      return Totals.ofFinal(counts, results);
    }
    SketchedPercentiles sketches = SketchedPercentiles.within(query, counts);
    double[] results = sketches.measure(pass, fraction, meter.again());
    rankError = OptionalDouble.of(Math.max(rankError.orElse(0), sketches.rankError()));
    return Totals.ofFinal(counts, results);
  }

  private double[] exact(Pass pass, long[] counts, int total, ScanMeter meter) {
    long[] values = new long[total];
    int[] cursors = new int[counts.length];
    int next = 0;
    for (int slot = 0; slot < counts.length; slot++) {
      cursors[slot] = next;
      next += (int) counts[slot];
    }
    List<ScanItem> items = ScanPlan.flat(query.snapshot(), range, pass.series());
    query.scanSplit(
        pass.series(), items, meter, pass.buckets(), () -> new Scatter(values, cursors));
    return select(values, counts, cursors);
  }

  /** Workers claim places in a slot's stretch, so its order is left to chance. */
  private static final class Scatter extends ValueGatherer {
    private final long[] out;
    private final int[] cursors;

    Scatter(long[] out, int[] cursors) {
      this.out = out;
      this.cursors = cursors;
    }

    @Override
    void flush(int slot, double[] values, int count) {
      int at = (int) INTS.getAndAdd(cursors, slot, count);
      for (int i = 0; i < count; i++) {
        out[at + i] = SortableValues.of(values[i]);
      }
    }
  }

  private double[] select(long[] values, long[] counts, int[] ends) {
    double[] results = new double[counts.length];
    List<Integer> blocks = blocks(counts);
    query.run(
        blocks.size() - 1,
        (block, worker) -> {
          for (int slot = blocks.get(block); slot < blocks.get(block + 1); slot++) {
            int count = (int) counts[slot];
            if (count > 0) {
              int end = ends[slot];
              results[slot] =
                  SortableValues.percentile(values, end - count, end, fraction, query.control());
            }
          }
        });
    return results;
  }

  /** First slots of blocks, then the number of slots. */
  private static List<Integer> blocks(long[] counts) {
    List<Integer> starts = new ArrayList<>(List.of(0));
    long size = 0;
    for (int slot = 0; slot < counts.length; slot++) {
      size += counts[slot] + 1;
      if (size >= BLOCK_VALUES) {
        starts.add(slot + 1);
        size = 0;
      }
    }
    if (starts.getLast() < counts.length) {
      starts.add(counts.length);
    }
    return starts;
  }
}
