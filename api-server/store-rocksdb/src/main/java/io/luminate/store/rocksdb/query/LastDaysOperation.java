// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import java.util.ArrayList;
import java.util.List;

/** On which UTC day each series last has a visible point. */
final class LastDaysOperation {
  private LastDaysOperation() {}

  /** Goes from the newest day to the oldest and names each series once. */
  static void series(Execution query, QueryExecutor.LastDay out) {
    SeriesGroups all = Selection.of(query, List.of(), List.of()).series();
    ScanMeter meter = ScanMeter.of(query);
    byte[] seen = meter.seen();
    query.memory().reserve(seen.length);
    byte[] named = new byte[seen.length];
    var byDay = new ArrayList<>(ScanPlan.byDay(query.snapshot(), ScanPlan.ALWAYS, all).entrySet());
    for (var day : byDay.reversed()) {
      query.scan(all, day.getValue(), meter, NoPoints::new);
      for (int ordinal = 0; ordinal < seen.length; ordinal++) {
        if (seen[ordinal] != named[ordinal]) {
          named[ordinal] = 1;
          out.series(ordinal, day.getKey());
        }
      }
    }
  }
}
