// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.QueryControl;
import io.luminate.store.rocksdb.head.PointPage;
import io.luminate.store.rocksdb.index.SeriesIndex;
import io.luminate.store.rocksdb.query.ScanItem.ChunkItem;
import io.luminate.store.rocksdb.query.ScanItem.PageItem;
import io.luminate.store.rocksdb.segment.ChunkReader;

/**
 * One worker's part of a scan: decodes what matches, vector by vector, and hands the sink the
 * stretches of each run that lie in the range. A column that nobody looks at is not read, and no
 * vector without a matching run is decoded. Not thread safe.
 */
final class WorkerScan {
  private static final int VECTOR = ChunkReader.VECTOR_POINTS;
  private static final int VECTOR_SHIFT = 10;

  /** Vectors between two looks at the deadline: 8 192 points. */
  private static final int CHECKPOINT_VECTORS_MASK = 7;

  private final RunSink sink;
  private final Worker worker;
  private final SeriesGroups groups;
  private final SeriesIndex index;
  private final QueryControl control;
  private final ScanMeter meter;
  private final byte[] seen;
  private final boolean needsTimes;
  private final boolean needsValues;

  private long fromMillis;
  private long toMillis;
  private Cuts cuts = Cuts.NONE;

  /** Of the run in hand. */
  private long runFromMillis;

  private boolean whole;
  private int vector;
  private boolean vectorWhole;
  private boolean vectorOutside;
  private boolean valuesDecoded;
  private long points;
  private long preAggregatedPoints;

  WorkerScan(RunSink sink, Worker worker, SeriesGroups groups, Execution query, ScanMeter meter) {
    this.sink = sink;
    this.worker = worker;
    this.groups = groups;
    this.index = query.snapshot().index();
    this.control = query.control();
    this.meter = meter;
    this.seen = meter.seen();
    this.needsTimes = sink.needsTimes();
    this.needsValues = sink.needsValues();
  }

  void scan(ScanItem item) {
    long bytesBefore = worker.chunks.bytesRead();
    points = 0;
    preAggregatedPoints = 0;
    fromMillis = item.fromMillis();
    toMillis = item.toMillis();
    cuts = item.cuts();
    runFromMillis = fromMillis;
    switch (item) {
      case ChunkItem chunk -> chunk(chunk);
      case PageItem page -> page(page);
    }
    sink.endItem();
    meter.add(points, preAggregatedPoints, worker.chunks.bytesRead() - bytesBefore);
  }

  private void chunk(ChunkItem item) {
    ChunkReader reader = worker.chunks;
    reader.open(item.segment(), item.chunk());
    int runs = reader.runs();
    int[] ordinals = reader.ordinals();
    int[] groupOfRun = worker.groups(runs);
    groups.fill(ordinals, 0, runs, groupOfRun);
    whole = item.whole();
    vector = -1;
    if (cuts.isEmpty() && sink instanceof TotalsSink totals && totals.takesTotals()) {
      PreAggregates shortcuts = new PreAggregates(totals, item, reader, index, groupOfRun);
      preAggregatedPoints = shortcuts.take(groups.isOneGroup(), seen);
      points += preAggregatedPoints;
    }
    sink.beginChunk(groupOfRun, runs);
    runs(reader.starts(), ordinals, groupOfRun, runs);
  }

  private void runs(int[] starts, int[] ordinals, int[] groupOfRun, int runs) {
    for (int r = 0; r < runs; r++) {
      int group = groupOfRun[r];
      if (group < 0) {
        continue;
      }
      if (!cuts.isEmpty()) {
        runFromMillis = Math.max(fromMillis, cuts.fromMillis(ordinals[r]));
      }
      int end = starts[r + 1];
      int position = starts[r];
      while (position < end) {
        int v = position >>> VECTOR_SHIFT;
        int stop = Math.min(end, (v + 1) << VECTOR_SHIFT);
        if (v != vector) {
          enter(v);
        }
        stretch(group, ordinals[r], position - (v << VECTOR_SHIFT), stop - (v << VECTOR_SHIFT));
        position = stop;
      }
    }
  }

  private void enter(int newVector) {
    ChunkReader reader = worker.chunks;
    vector = newVector;
    if ((newVector & CHECKPOINT_VECTORS_MASK) == 0) {
      control.checkpoint();
    }
    valuesDecoded = false;
    long min = whole ? fromMillis : reader.vectorMinMillis(newVector);
    long max = whole ? toMillis : reader.vectorMaxMillis(newVector);
    vectorOutside = min > toMillis || max < fromMillis;
    vectorWhole = cuts.isEmpty() && min >= fromMillis && max <= toMillis;
    if (!vectorOutside && (needsTimes || !vectorWhole)) {
      reader.times(newVector, worker.times, 0);
    }
  }

  private void stretch(int group, int ordinal, int first, int end) {
    if (vectorOutside) {
      return;
    }
    int from = first;
    int to = end;
    if (!vectorWhole) {
      from = firstAtLeast(runFromMillis, first, end);
      to = toMillis == Long.MAX_VALUE ? end : firstAtLeast(toMillis + 1, from, end);
    }
    if (from == to) {
      return;
    }
    if (needsValues && !valuesDecoded) {
      worker.chunks.values(vector, worker.values, 0);
      valuesDecoded = true;
    }
    sink.run(group, ordinal, worker.times, worker.values, from, to);
    seen[ordinal] = 1;
    points += to - from;
  }

  private int firstAtLeast(long millis, int first, int end) {
    int low = first;
    int high = end;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (worker.times[middle] < millis) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void page(PageItem item) {
    int[] groupOfPoint = worker.groups(VECTOR);
    for (int first = item.first(); first < item.end(); first += VECTOR) {
      int count = Math.min(VECTOR, item.end() - first);
      if (((first >>> VECTOR_SHIFT) & CHECKPOINT_VECTORS_MASK) == 0) {
        control.checkpoint();
      }
      groups.fill(item.page().ordinals(), first, count, groupOfPoint);
      points(item.page(), first, count, groupOfPoint);
    }
  }

  private void points(PointPage page, int first, int count, int[] groupOfPoint) {
    if (fromMillis != Long.MIN_VALUE || toMillis != Long.MAX_VALUE) {
      cut(page.timestampsMillis(), first, count, groupOfPoint);
    }
    int[] ordinals = page.ordinals();
    if (!cuts.isEmpty()) {
      cutSeries(page, first, count, groupOfPoint);
    }
    int matched = 0;
    for (int i = 0; i < count; i++) {
      if (groupOfPoint[i] >= 0) {
        seen[ordinals[first + i]] = 1;
        matched++;
      }
    }
    if (matched > 0) {
      sink.scattered(groupOfPoint, page, first, count);
      points += matched;
    }
  }

  private void cutSeries(PointPage page, int first, int count, int[] groupOfPoint) {
    for (int i = 0; i < count; i++) {
      long millis = page.timestampsMillis()[first + i];
      if (groupOfPoint[i] >= 0 && millis < cuts.fromMillis(page.ordinals()[first + i])) {
        groupOfPoint[i] = SeriesGroups.NOT_MATCHED;
      }
    }
  }

  private void cut(long[] times, int first, int count, int[] groupOfPoint) {
    for (int i = 0; i < count; i++) {
      long millis = times[first + i];
      if (millis < fromMillis || millis > toMillis) {
        groupOfPoint[i] = SeriesGroups.NOT_MATCHED;
      }
    }
  }
}
