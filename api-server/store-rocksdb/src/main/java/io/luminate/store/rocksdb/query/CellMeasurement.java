// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.TimeRange;
import io.luminate.store.Aggregation;
import java.util.List;
import java.util.function.IntFunction;

/** Count, sum, average, least and greatest: what adds up from parts in any order. */
record CellMeasurement(Execution query, TimeRange range, Aggregation aggregation)
    implements Measurement {
  @Override
  public boolean joins() {
    return true;
  }

  @Override
  public Totals measure(SeriesGroups series, int groups, Buckets buckets, ScanMeter meter) {
    Pass pass = new Pass(query, range, series, (long) groups * buckets.count(), buckets);
    return switch (aggregation) {
      case COUNT -> Totals.of(Totals.Kind.COUNT, pass.scan(meter, CellSink.Count::new));
      case SUM -> sums(Totals.Kind.SUM, pass, meter);
      case AVG -> sums(Totals.Kind.AVERAGE, pass, meter);
      case MIN -> Totals.of(Totals.Kind.MIN, pass.scan(meter, n -> new CellSink.Extreme(n, false)));
      case MAX -> Totals.of(Totals.Kind.MAX, pass.scan(meter, n -> new CellSink.Extreme(n, true)));
      case P50, P95, P99, INTEGRAL ->
          throw new IllegalStateException(aggregation + " has a measurement of its own");
    };
  }

  private static Totals sums(Totals.Kind kind, Pass pass, ScanMeter meter) {
    return Totals.sums(
        kind,
        scale ->
            scale == 1
                ? pass.scan(meter, CellSink.Sum::new)
                : pass.scan(meter.again(), n -> new CellSink.ScaledSum(n, scale)));
  }

  /** A scan into cells, repeatable. */
  record Pass(Execution query, TimeRange range, SeriesGroups series, long slots, Buckets buckets) {
    /** One sink for each thread that had work. */
    <S extends CellSink> List<S> scan(ScanMeter meter, IntFunction<S> sinks) {
      List<ScanItem> items = ScanPlan.flat(query.snapshot(), range, series);
      if (items.isEmpty()) {
        return List.of();
      }
      int threads = Math.min(query.pool().threads(), items.size());
      query.memory().reserve(slots * CellSink.SLOT_BYTES * threads);
      return query.scanSplit(series, items, meter, buckets, () -> sinks.apply((int) slots));
    }
  }
}
