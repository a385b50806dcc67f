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
              new TimeOrderedScan<>(
                      query,
                      series,
                      range,
                      scale == 1 ? meter : meter.again(),
                      () -> new Trapezoids((int) slots, scale, buckets))
                  .run();
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
    public void series(
        int group,
        long previousMillis,
        double previousValue,
        long dayStartMillis,
        int[] millisOfDay,
        double[] values,
        int from,
        int to) {
      boolean hasEarlier = previousMillis != NO_POINT;
      long earlier = previousMillis;
      double earlierValue = previousValue * scale;
      for (int i = from; i < to; i++) {
        long later = dayStartMillis + millisOfDay[i];
        double value = values[i] * scale;
        int slot = buckets.isNone() ? group : group * buckets.count() + buckets.of(later);
        sums.count(slot);
        if (hasEarlier) {
          double millis = later - earlier;
          sums.add(slot, (earlierValue + value) * (HALF_PER_MILLI * millis));
        }
        hasEarlier = true;
        earlier = later;
        earlierValue = value;
      }
    }
  }
}
