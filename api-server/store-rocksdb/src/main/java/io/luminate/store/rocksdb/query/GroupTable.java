// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures groups, keeps those with the greatest value over the whole range, and of these the
 * buckets.
 *
 * @param winners groups by rank
 * @param totalGroups groups with any points
 * @param slots of the winners alone, by rank, or of all groups
 */
@SuppressWarnings("ArrayRecordComponent")
record GroupTable(int[] winners, long totalGroups, Totals slots, boolean byRank, Buckets buckets) {
  /**
   * Up to so many slots, all groups are measured by bucket at once, which saves a second pass; more
   * would cost more memory and cache misses than the pass.
   */
  private static final long ONE_PASS_SLOTS_MAX = 1 << 20;

  /** A slot with points. */
  interface RowMaker<R> {
    R row(int bucket, int group, int slot);
  }

  static GroupTable measure(
      Measurement measurement, Selection selection, Buckets buckets, int limit, ScanMeter meter) {
    SeriesGroups series = selection.series();
    int groups = selection.groups();
    boolean onePass = measurement.joins() && (long) groups * buckets.count() <= ONE_PASS_SLOTS_MAX;
    if (buckets.isNone() || onePass) {
      Totals slots = measurement.measure(series, groups, buckets, meter);
      Totals whole = buckets.isNone() ? slots : slots.join(buckets.count());
      return of(selection, whole, slots, limit, buckets);
    }
    Totals whole = measurement.measure(series, groups, Buckets.NONE, meter);
    GroupTable ranked = of(selection, whole, whole, limit, buckets);
    int[] winners = ranked.winners;
    Totals slots =
        measurement.measure(series.only(winners, groups), winners.length, buckets, meter.again());
    return new GroupTable(winners, ranked.totalGroups, slots, true, buckets);
  }

  private static GroupTable of(
      Selection selection, Totals whole, Totals slots, int limit, Buckets buckets) {
    TopGroups top =
        new TopGroups(
            limit,
            (a, b) -> {
              // Adding 0 makes negative zero the equal of zero.
              int byValue = Double.compare(whole.value(b) + 0.0, whole.value(a) + 0.0);
              return byValue != 0 ? byValue : selection.keys().compare(a, b);
            });
    long present = 0;
    for (int group = 0; group < whole.slots(); group++) {
      if (whole.count(group) > 0) {
        present++;
        top.offer(group);
      }
    }
    return new GroupTable(top.ranked(), present, slots, false, buckets);
  }

  /** By rank, then by time. */
  <R> List<R> rows(RowMaker<R> maker) {
    List<R> rows = new ArrayList<>();
    for (int rank = 0; rank < winners.length; rank++) {
      int first = (byRank ? rank : winners[rank]) * buckets.count();
      for (int bucket = 0; bucket < buckets.count(); bucket++) {
        int slot = first + bucket;
        if (slot < slots.slots() && slots.count(slot) > 0) {
          rows.add(maker.row(bucket, winners[rank], slot));
        }
      }
    }
    return rows;
  }
}
