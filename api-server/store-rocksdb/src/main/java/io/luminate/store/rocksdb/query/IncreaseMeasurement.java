// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.TimeRange;
import java.util.List;

/**
 * Increase of counters: {@code max(0, v2 - v1)} of neighbouring points of a series, in the bucket
 * of the later one. A slot counts later points.
 *
 * @param readRange where earlier points may lie
 * @param laterRange where later points lie
 */
record IncreaseMeasurement(Execution query, TimeRange readRange, TimeRange laterRange)
    implements Measurement {
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
          List<Increases> sinks =
              TimeOrderedScan.run(
                  query,
                  series,
                  readRange,
                  scale == 1 ? meter : meter.again(),
                  () -> new Increases((int) slots, scale, buckets, laterRange.startMillis()));
          return sinks.stream().map(sink -> sink.sums.asSink()).toList();
        });
  }

  private static final class Increases implements SeriesSink {
    private final CellSink.SumCells sums;
    private final double scale;
    private final Buckets buckets;
    private final long laterFromMillis;

    Increases(int slots, double scale, Buckets buckets, long laterFromMillis) {
      this.sums = CellSink.SumCells.of(slots, scale);
      this.scale = scale;
      this.buckets = buckets;
      this.laterFromMillis = laterFromMillis;
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
      boolean hasEarlier = previousMillis != NO_POINT;
      double earlierValue = previousValue * scale;
      int slot = group;
      long slotEnds = buckets.isNone() ? Long.MAX_VALUE : Long.MIN_VALUE;
      for (int i = from; i < to; i++) {
        long later = times[i];
        double value = values[i] * scale;
        if (hasEarlier && later >= laterFromMillis) {
          if (later > slotEnds) {
            int bucket = buckets.of(later);
            slot = group * buckets.count() + bucket;
            slotEnds = buckets.lastMillis(bucket);
          }
          sums.count(slot);
          sums.add(slot, Math.max(0, value - earlierValue));
        }
        hasEarlier = true;
        earlierValue = value;
      }
    }

    @Override
    public void join(
        int group, long earlierMillis, double earlierValue, long laterMillis, double laterValue) {
      if (laterMillis >= laterFromMillis) {
        int slot = buckets.slot(group, laterMillis);
        sums.count(slot);
        sums.add(slot, Math.max(0, laterValue * scale - earlierValue * scale));
      }
    }
  }
}
