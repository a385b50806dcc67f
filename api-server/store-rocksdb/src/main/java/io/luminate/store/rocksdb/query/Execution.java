// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.QueryControl;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What belongs to one running query. */
record Execution(
    WorkerPool pool, MetricSnapshot snapshot, QueryControl control, MemoryBudget memory) {

  void run(int items, WorkerPool.Task task) {
    pool.run(snapshot.tenant(), items, control, task);
  }

  /** Scans the items on all threads and returns the sinks that got any, one for each thread. */
  <S extends RunSink> List<S> scan(
      SeriesGroups groups, List<ScanItem> items, ScanMeter meter, Supplier<S> sinks) {
    return scanSplit(groups, items, meter, Buckets.NONE, sinks);
  }

  /** The same for sinks of slots: a group's points go to its slots bucket by bucket. */
  <S extends RunSink> List<S> scanSplit(
      SeriesGroups groups,
      List<ScanItem> items,
      ScanMeter meter,
      Buckets buckets,
      Supplier<S> sinks) {
    List<S> made = new ArrayList<>();
    WorkerScan[] byWorker = new WorkerScan[pool.threads()];
    run(
        items.size(),
        (item, worker) -> {
          WorkerScan scan = byWorker[worker.number];
          if (scan == null) {
            S sink = sinks.get();
            scan = new WorkerScan(buckets.split(sink), worker, groups, this, meter);
            byWorker[worker.number] = scan;
            synchronized (made) {
              made.add(sink);
            }
          }
          scan.scan(items.get(item));
        });
    return made;
  }
}
