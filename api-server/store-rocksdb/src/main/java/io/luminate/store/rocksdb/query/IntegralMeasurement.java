// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.TimeRange;
import java.util.List;

/**
 * Trapezoids between neighbouring points of a series, in value × seconds; each belongs to the
 * bucket of its later point. A slot counts points, so one with a single point is 0.
 */
record IntegralMeasurement(Execution query, TimeRange range) implements Measurement {
  @Override
  public boolean joins() {
    return true;
  }

  @Override
  public Totals measure(SeriesGroups series, int groups, Buckets buckets, ScanMeter meter) {
    long slots = (long) groups * buckets.count();
    int threads = query.pool().threads();
    return Totals.sums(
        Totals.Kind.SUM,
        scale -> {
          query.memory().reserve(slots * CellSink.SLOT_BYTES * threads);
          List<Trapezoids> sinks =
              TimeOrderedScan.run(
                  query,
                  series,
                  range,
                  scale == 1 ? meter : meter.again(),
                  () -> new Trapezoids((int) slots, scale, buckets));
          return sinks.stream().map(sink -> sink.sums.asSink()).toList();
        });
  }

  private static final class Trapezoids implements SeriesSink {
    /** Half of both values, per millisecond. */
    private static final double HALF_PER_MILLI = 0.5e-3;

    private final CellSink.SumCells sums;
    private final double scale;
    private final Buckets buckets;

    Trapezoids(int slots, double scale, Buckets buckets) {
      this.sums = CellSink.SumCells.of(slots, scale);
      this.scale = scale;
      this.buckets = buckets;
    }

    @Override
    public void points(
        int group,
        long previousMillis,
        double previousValue,
        long[] times,
        double[] values,
        int from,
        int to) {
      long earlier = previousMillis;
      double earlierValue = previousValue * scale;
      int slot = group;
      long slotEnds = buckets.isNone() ? Long.MAX_VALUE : Long.MIN_VALUE;
      for (int i = from; i < to; i++) {
        long later = times[i];
        double value = values[i] * scale;
        if (later > slotEnds) {
          int bucket = buckets.of(later);
          slot = group * buckets.count() + bucket;
          slotEnds = buckets.lastMillis(bucket);
        }
        sums.count(slot);
        if (earlier != NO_POINT) {
          sums.add(slot, (earlierValue + value) * (HALF_PER_MILLI * (later - earlier)));
        }
        earlier = later;
        earlierValue = value;
      }
    }

    @Override
    public void join(
        int group, long earlierMillis, double earlierValue, long laterMillis, double laterValue) {
      double bothValues = earlierValue * scale + laterValue * scale;
      double halfSeconds = HALF_PER_MILLI * (laterMillis - earlierMillis);
      sums.add(buckets.slot(group, laterMillis), bothValues * halfSeconds);
    }
  }
}
