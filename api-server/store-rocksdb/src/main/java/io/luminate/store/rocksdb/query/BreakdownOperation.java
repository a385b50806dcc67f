// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.Filter;
import io.luminate.store.SeriesBreakdown;
import io.luminate.store.SeriesBreakdown.Day;
import io.luminate.store.SeriesBreakdown.KeyShare;
import io.luminate.store.rocksdb.index.SeriesIndex;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the series of a metric are made of. Reads which series the points of each day are of,
 * neither their times nor their values; then looks at the columns of the index.
 *
 * <p>How many series would be left without a key is counted by 64-bit hashes that are sums over a
 * series' pairs, so that a pair is taken out by a subtraction. Among a million series two would be
 * taken for one once in forty million times.
 */
final class BreakdownOperation {
  private final Execution query;
  private final SeriesIndex index;
  private final SeriesGroups matching;

  BreakdownOperation(Execution query, List<Filter> filters) {
    this.query = query;
    this.index = query.snapshot().index();
    this.matching = Selection.of(query, filters, List.of()).series();
  }

  SeriesBreakdown run() {
    int seriesCount = query.snapshot().seriesCount();
    query.memory().reserve(seriesCount);
    byte[] known = new byte[seriesCount];
    List<Day> days = days(known);
    int[] series = ordinals(known);
    List<Values> all =
        IntStream.range(0, index.keys().size())
            .mapToObj(keyNo -> values(keyNo, series))
            .filter(values -> values.count() > 0)
            .sorted(Comparator.comparingInt(values -> -values.count()))
            .toList();
    List<Values> most = all.subList(0, Math.min(all.size(), SeriesBreakdown.KEYS_MAX));
    return new SeriesBreakdown(series.length, keys(most, series), most.size() < all.size(), days);
  }

  /** Marks the series that any day has. */
  private List<Day> days(byte[] known) {
    ScanMeter meter = ScanMeter.of(query);
    byte[] seen = meter.seen();
    List<Day> days = new ArrayList<>();
    ScanPlan.byDay(query.snapshot(), ScanPlan.ALWAYS, matching)
        .forEach(
            (day, items) -> {
              Arrays.fill(seen, (byte) 0);
              query.scan(matching, items, meter, NoPoints::new);
              count(LocalDate.ofEpochDay(day), seen, known, days);
            });
    return days;
  }

  private static void count(LocalDate date, byte[] seen, byte[] known, List<Day> days) {
    long series = 0;
    long added = 0;
    for (int ordinal = 0; ordinal < seen.length; ordinal++) {
      series += seen[ordinal];
      added += seen[ordinal] & ~known[ordinal];
      known[ordinal] |= seen[ordinal];
    }
    if (series > 0) {
      days.add(new Day(date, series, added));
    }
  }

  private int[] ordinals(byte[] known) {
    query.memory().reserve((long) known.length * Integer.BYTES);
    return IntStream.range(0, known.length).filter(ordinal -> known[ordinal] != 0).toArray();
  }

  /** How many values a key has. */
  private record Values(int keyNo, int count) {}

  private Values values(int keyNo, int[] series) {
    query.control().checkpoint();
    int[] column = index.codes(keyNo);
    BitSet codes = new BitSet();
    for (int ordinal : series) {
      codes.set(code(column, ordinal));
    }
    codes.clear(0);
    return new Values(keyNo, codes.cardinality());
  }

  /** Columns of keys younger than the snapshot may be shorter than its series. */
  private static int code(int[] column, int ordinal) {
    return ordinal < column.length ? column[ordinal] : 0;
  }

  private List<KeyShare> keys(List<Values> most, int[] series) {
    int threads = query.pool().threads();
    query.memory().reserve((1L + threads) * series.length * Long.BYTES);
    long[] whole = new long[series.length];
    for (int keyNo = 0; keyNo < index.keys().size(); keyNo++) {
      query.control().checkpoint();
      int[] column = index.codes(keyNo);
      for (int i = 0; i < series.length; i++) {
        whole[i] += hash(keyNo, code(column, series[i]));
      }
    }
    KeyShare[] keys = new KeyShare[most.size()];
    query.run(keys.length, (item, worker) -> keys[item] = key(most.get(item), series, whole));
    return List.of(keys);
  }

  private KeyShare key(Values values, int[] series, long[] whole) {
    int[] column = index.codes(values.keyNo());
    long[] without = new long[series.length];
    for (int i = 0; i < series.length; i++) {
      without[i] = whole[i] - hash(values.keyNo(), code(column, series[i]));
    }
    return new KeyShare(index.keys().get(values.keyNo()), values.count(), distinct(without));
  }

  private static long distinct(long[] hashes) {
    Arrays.sort(hashes);
    long distinct = hashes.length == 0 ? 0 : 1;
    for (int i = 1; i < hashes.length; i++) {
      distinct += hashes[i] == hashes[i - 1] ? 0 : 1;
    }
    return distinct;
  }

  /** Of a pair; 0 for the absence of a key. The finalizer of SplitMix64. */
  private static long hash(int keyNo, int code) {
    if (code == 0) {
      return 0;
    }
    long z = ((long) keyNo << Integer.SIZE | code) * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
