// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.Filter;
import io.luminate.model.Utf8Order;
import io.luminate.store.rocksdb.index.SeriesIndex;
import io.luminate.store.rocksdb.query.ScanItem.ChunkItem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Which keys a metric's points have, and whether it has any. */
final class DiscoveryOperation {
  private final Execution query;
  private final SeriesGroups series;
  private final boolean filtered;

  DiscoveryOperation(Execution query, List<Filter> filters) {
    this.query = query;
    this.series = Selection.of(query, filters, List.of()).series();
    this.filtered = !filters.isEmpty();
  }

  boolean hasPoints() {
    List<ScanItem> items = ScanPlan.flat(query.snapshot(), ScanPlan.ALWAYS, series);
    // A chunk's latest point is in the range, or the plan would have left the chunk out.
    if (!filtered && items.stream().anyMatch(i -> i instanceof ChunkItem c && c.latestCounts())) {
      return true;
    }
    AtomicBoolean found = new AtomicBoolean();
    ScanMeter meter = ScanMeter.of(query);
    query.run(
        items.size(),
        (item, worker) -> {
          if (!found.get()) {
            new WorkerScan(new Finder(found), worker, series, query, meter).scan(items.get(item));
          }
        });
    return found.get();
  }

  List<String> keys() {
    List<ScanItem> items = ScanPlan.flat(query.snapshot(), ScanPlan.ALWAYS, series);
    ScanMeter meter = ScanMeter.of(query);
    query.scan(series, items, meter, () -> new Finder(new AtomicBoolean()));
    SeriesIndex index = query.snapshot().index();
    List<String> allKeys = index.keys();
    List<String> found = new ArrayList<>();
    for (int keyNo = 0; keyNo < allKeys.size(); keyNo++) {
      query.control().checkpoint();
      if (isPresent(index.codes(keyNo), meter.seen())) {
        found.add(allKeys.get(keyNo));
      }
    }
    found.sort(Utf8Order.COMPARATOR);
    return List.copyOf(found);
  }

  /** Columns of keys younger than the snapshot may be shorter than its series. */
  private static boolean isPresent(int[] codes, byte[] seen) {
    for (int ordinal = 0; ordinal < Math.min(codes.length, seen.length); ordinal++) {
      if (codes[ordinal] != 0 && seen[ordinal] != 0) {
        return true;
      }
    }
    return false;
  }

  private record Finder(AtomicBoolean found) implements RunSink {
    @Override
    public boolean needsTimes() {
      return false;
    }

    @Override
    public boolean needsValues() {
      return false;
    }

    @Override
    public void run(int group, int ordinal, long[] times, double[] values, int from, int to) {
      if (!found.get()) {
        found.set(true);
      }
    }
  }
}
