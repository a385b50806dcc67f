// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import java.util.ArrayList;
import java.util.List;

/** How many series have a visible point. */
final class SeriesCountOperation {
  private SeriesCountOperation() {}

  /**
   * From the newest day to the oldest: mostly the first few have all series.
   *
   * @param enough how many there are at most
   */
  static long count(Execution query, long enough) {
    SeriesGroups all = Selection.of(query, List.of(), List.of()).series();
    ScanMeter meter = ScanMeter.of(query);
    var byDay = new ArrayList<>(ScanPlan.byDay(query.snapshot(), ScanPlan.ALWAYS, all).values());
    long series = 0;
    for (List<ScanItem> items : byDay.reversed()) {
      if (series >= enough) {
        break;
      }
      query.scan(all, items, meter, NoPoints::new);
      series = meter.stats().series().orElseThrow();
    }
    return series;
  }
}
