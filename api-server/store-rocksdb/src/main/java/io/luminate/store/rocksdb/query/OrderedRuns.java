// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Hands over the runs of one segment just as they are stored, chunks side by side, each run as the
 * continuation of what its series had before; and notices when it is none.
 *
 * <p>A series may be cut by the end of a chunk, so the first run of every chunk goes without the
 * point before it. Those pairs are joined one by one once all chunks are done.
 */
final class OrderedRuns<S extends SeriesSink> {
  /**
   * The ends of a chunk's work: its first run and its last, which may be the same.
   *
   * @param firstEndMillis time of the last point of the first run
   */
  private record Edges(
      int first,
      long firstMillis,
      double firstValue,
      long firstEndMillis,
      double firstEndValue,
      int last,
      long lastMillis,
      double lastValue) {}

  private final Execution query;
  private final SeriesGroups groups;
  private final SeriesGroups numbered;
  private final LastPoints lastPoints;
  private final List<S> sinks;
  private final AtomicBoolean unordered = new AtomicBoolean();

  OrderedRuns(
      Execution query,
      SeriesGroups groups,
      SeriesGroups numbered,
      LastPoints lastPoints,
      List<S> sinks) {
    this.query = query;
    this.groups = groups;
    this.numbered = numbered;
    this.lastPoints = lastPoints;
    this.sinks = sinks;
  }

  /** Whether the runs followed what was there; if not, the sinks are of no more use. */
  boolean scan(List<ScanItem> chunks, ScanMeter meter) {
    @Nullable Edges[] edges = new Edges[chunks.size()];
    query.run(
        chunks.size(),
        (item, worker) -> {
          if (!unordered.get()) {
            Follower follower = new Follower(sinks.get(worker.number));
            new WorkerScan(follower, worker, numbered, query, meter).scan(chunks.get(item));
            edges[item] = follower.edges();
          }
        });
    return !unordered.get() && join(edges);
  }

  private boolean join(@Nullable Edges[] edges) {
    int running = -1;
    long runningMillis = SeriesSink.NO_POINT;
    double runningValue = 0;
    for (Edges chunk : edges) {
      if (chunk == null) {
        continue;
      }
      boolean goesOn = chunk.first == running;
      long earlier = goesOn ? runningMillis : lastPoints.millis(chunk.first);
      double earlierValue = goesOn ? runningValue : lastPoints.value(chunk.first);
      if (!LastPoints.inOrder(earlier, earlierValue, chunk.firstMillis, chunk.firstValue)) {
        return false;
      }
      if (earlier != SeriesSink.NO_POINT) {
        int group = groups.groupOfNumber(chunk.first);
        sinks.getFirst().join(group, earlier, earlierValue, chunk.firstMillis, chunk.firstValue);
      }
      lastPoints.set(chunk.first, chunk.firstEndMillis, chunk.firstEndValue);
      running = chunk.last;
      runningMillis = chunk.lastMillis;
      runningValue = chunk.lastValue;
    }
    return true;
  }

  /** Follows the series of one chunk. */
  private final class Follower implements RunSink {
    private final S sink;
    private int number = -1;
    private int group;
    private long millis = SeriesSink.NO_POINT;
    private double value;
    private int first = -1;
    private long firstMillis;
    private double firstValue;
    private long firstEndMillis;
    private double firstEndValue;

    Follower(S sink) {
      this.sink = sink;
    }

    @Override
    public boolean needsTimes() {
      return true;
    }

    @Override
    public boolean needsValues() {
      return true;
    }

    @Override
    public void run(int newNumber, int ordinal, long[] times, double[] values, int from, int to) {
      if (newNumber != number) {
        leave();
        enter(newNumber, times[from], values[from]);
      }
      sink.points(group, millis, value, times, values, from, to);
      millis = times[to - 1];
      value = values[to - 1];
    }

    private void enter(int newNumber, long atMillis, double atValue) {
      number = newNumber;
      group = groups.groupOfNumber(newNumber);
      if (first < 0) {
        first = newNumber;
        firstMillis = atMillis;
        firstValue = atValue;
        millis = SeriesSink.NO_POINT;
        return;
      }
      millis = lastPoints.millis(newNumber);
      value = lastPoints.value(newNumber);
      if (!LastPoints.inOrder(millis, value, atMillis, atValue)) {
        unordered.set(true);
      }
    }

    private void leave() {
      if (number < 0) {
        return;
      }
      if (number == first) {
        firstEndMillis = millis;
        firstEndValue = value;
      } else {
        lastPoints.set(number, millis, value);
      }
    }

    @Override
    public void endItem() {
      leave();
    }

    @Nullable Edges edges() {
      return first < 0
          ? null
          : new Edges(
              first, firstMillis, firstValue, firstEndMillis, firstEndValue, number, millis, value);
    }
  }
}
