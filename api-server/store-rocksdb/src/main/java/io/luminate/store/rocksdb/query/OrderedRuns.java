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

  /**
   * What is known of the series of the next few runs. Looked up ahead, side by side, the cache
   * misses of neighbours overlap; one by one they would be most of the time of short runs.
   */
  private final class Ahead {
    /** The lines of so many series fit the innermost cache. */
    private static final int RUNS = 256;

    private final int[] group = new int[RUNS];
    private final long[] millis = new long[RUNS];
    private final double[] value = new double[RUNS];
    private int[] numberOfRun = new int[0];
    private int runs;
    private int run;
    private int begin;
    private int end;

    void beginChunk(int[] newNumberOfRun, int newRuns) {
      numberOfRun = newNumberOfRun;
      runs = newRuns;
      run = 0;
      begin = 0;
      end = 0;
    }

    /** The place of a series' run, which is behind all asked for so far. */
    int find(int number) {
      while (numberOfRun[run] != number) {
        run++;
      }
      if (run >= end) {
        look();
      }
      return run - begin;
    }

    private void look() {
      begin = run;
      end = Math.min(runs, begin + RUNS);
      for (int i = begin; i < end; i++) {
        int number = numberOfRun[i];
        if (number >= 0) {
          group[i - begin] = groups.groupOfNumber(number);
          millis[i - begin] = lastPoints.millis(number);
          value[i - begin] = lastPoints.value(number);
        }
      }
    }
  }

  /** Follows the series of one chunk. */
  private final class Follower implements RunSink {
    private final S sink;
    private final Ahead ahead = new Ahead();
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
    public void beginChunk(int[] numberOfRun, int runs) {
      ahead.beginChunk(numberOfRun, runs);
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
      int place = ahead.find(newNumber);
      group = ahead.group[place];
      if (first < 0) {
        first = newNumber;
        firstMillis = atMillis;
        firstValue = atValue;
        millis = SeriesSink.NO_POINT;
        return;
      }
      millis = ahead.millis[place];
      value = ahead.value[place];
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
