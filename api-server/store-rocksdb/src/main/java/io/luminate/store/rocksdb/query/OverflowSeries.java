// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.Filter;
import io.luminate.model.TimeRange;
import io.luminate.store.ScanStats;
import io.luminate.store.SeriesLimits;
import io.luminate.store.rocksdb.index.SeriesIndex;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The series of a metric that stand for several, and are left out by what looks at the order of
 * points. They are known by a value's code; a tenant that never folded has none in its dictionaries
 * and pays nothing.
 *
 * @param without lets every other series pass; none where there is nothing to leave out
 * @param ordinals of those that match the query's filters
 */
record OverflowSeries(List<SeriesFilter> without, BitSet ordinals) {
  static final OverflowSeries NONE = new OverflowSeries(List.of(), new BitSet());

  static OverflowSeries of(Execution query, List<Filter> filters) {
    SeriesIndex index = query.snapshot().index();
    List<SeriesFilter> without = new ArrayList<>();
    BitSet found = new BitSet();
    for (int keyNo = 0; keyNo < index.keys().size(); keyNo++) {
      int code = index.dictionary(keyNo).codeOf(SeriesLimits.OVERFLOW_VALUE);
      if (code > 0 && addSeries(index.codes(keyNo), code, query.snapshot().seriesCount(), found)) {
        without.add(SeriesFilter.except(keyNo, index, code));
      }
    }
    for (Filter filter : filters) {
      SeriesFilter matching = SeriesFilter.of(filter, index);
      for (int o = found.nextSetBit(0); o >= 0; o = found.nextSetBit(o + 1)) {
        found.set(o, matching.matchesAny(o));
      }
    }
    return new OverflowSeries(List.copyOf(without), found);
  }

  /** Whether there is one with that code. */
  private static boolean addSeries(int[] column, int code, int seriesCount, BitSet found) {
    boolean any = false;
    for (int ordinal = 0; ordinal < Math.min(column.length, seriesCount); ordinal++) {
      if (column[ordinal] == code) {
        found.set(ordinal);
        any = true;
      }
    }
    return any;
  }

  /** The stats of a query that left them out, with how many of them had a point in the range. */
  ScanStats leftOut(Execution query, TimeRange range, ScanStats stats) {
    if (ordinals.isEmpty()) {
      return stats;
    }
    int[] all = ordinals.stream().toArray();
    SeriesGroups series =
        new SeriesGroups.Sparse(all, new int[all.length], query.snapshot().index());
    ScanMeter meter = ScanMeter.of(query);
    query.scan(series, ScanPlan.flat(query.snapshot(), range, series), meter, NoPoints::new);
    ScanStats found = meter.stats();
    return stats.leavingOut(found.series().orElseThrow(), found.bytes());
  }
}
