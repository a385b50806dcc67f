// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.TimeRange;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * Hands every series' points to a sink in order of time, whatever segments and heads they lie in:
 * day by day, a counting sort by series and a short sort within each. What a day holds beyond the
 * memory budget is done in pieces of neighbouring series, each of them a pass over the day.
 */
final class TimeOrderedScan<S extends SeriesSink> {
  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  /** A time within the day, and a value. */
  private static final int POINT_BYTES = Integer.BYTES + Double.BYTES;

  /** The last time and value of a series, kept between days. */
  private static final int CARRY_BYTES = Long.BYTES + Double.BYTES;

  /** Keeps a part of the budget for what sinks need meanwhile. */
  private static final double PIECE_SHARE = 0.75;

  private static final int PIECE_POINTS_MAX = Integer.MAX_VALUE - 16;

  /** Points of a work item that sorts, unless one series has more. */
  private static final int BLOCK_POINTS = 1 << 15;

  private final Execution query;
  private final SeriesGroups groups;
  private final SeriesGroups numbered;
  private final int numbers;
  private final ScanMeter meter;
  private final List<S> made = new ArrayList<>();
  private final List<Part<S>> parts;
  private final long[] carriedMillis;
  private final double[] carriedValues;
  private final SortedMap<Integer, List<ScanItem>> days;

  /** What a worker keeps. */
  private record Part<S>(S sink, PointSort sort) {}

  TimeOrderedScan(
      Execution query, SeriesGroups groups, TimeRange range, ScanMeter meter, Supplier<S> sinks) {
    this.query = query;
    this.groups = groups;
    this.numbered = groups.numbered();
    this.numbers = groups.numbers();
    this.meter = meter;
    this.parts = new ArrayList<>();
    for (int i = 0; i < query.pool().threads(); i++) {
      S sink = sinks.get();
      made.add(sink);
      parts.add(new Part<>(sink, new PointSort()));
    }
    this.days = ScanPlan.byDay(query.snapshot(), range, groups);
    int carried = days.size() > 1 ? numbers : 0;
    query.memory().reserve((long) carried * CARRY_BYTES + (long) numbers * Integer.BYTES);
    this.carriedMillis = new long[carried];
    this.carriedValues = new double[carried];
    Arrays.fill(carriedMillis, SeriesSink.NO_POINT);
  }

  /** One sink per thread. */
  List<S> run() {
    for (Map.Entry<Integer, List<ScanItem>> day : days.entrySet()) {
      day(day.getKey() * ScanPlan.DAY_MILLIS, day.getValue());
    }
    query
        .memory()
        .release((long) carriedMillis.length * CARRY_BYTES + (long) numbers * Integer.BYTES);
    return made;
  }

  private void day(long dayStartMillis, List<ScanItem> items) {
    int[] cursors = new int[numbers];
    query.scan(numbered, items, meter, () -> new CountBySeries(cursors));
    long budget = (long) (query.memory().availableBytes() * PIECE_SHARE) / POINT_BYTES;
    int pointsMax = (int) Math.min(PIECE_POINTS_MAX, Math.max(0, budget));
    int first = 0;
    while (first < numbers) {
      Piece piece = piece(cursors, first, pointsMax);
      if (piece.points > 0) {
        sortPiece(piece, dayStartMillis, items);
      }
      first = piece.end;
    }
  }

  /**
   * Neighbouring series.
   *
   * @param cursors where the next point of each series goes, hence its end once all are placed
   * @param blocks first series of each work item, then {@code end}
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Piece(int first, int end, int points, int[] cursors, List<Integer> blocks) {
    int startOf(int number) {
      return number == first ? 0 : cursors[number - 1];
    }
  }

  /** Turns counts into places, for as many series as fit. */
  private Piece piece(int[] cursors, int first, int pointsMax) {
    List<Integer> blocks = new ArrayList<>(List.of(first));
    int points = 0;
    int blockStart = 0;
    int number = first;
    while (number < numbers && cursors[number] <= pointsMax - points) {
      int count = cursors[number];
      cursors[number++] = points;
      points += count;
      if (points - blockStart >= BLOCK_POINTS) {
        blocks.add(number);
        blockStart = points;
      }
    }
    if (number == first) {
      throw query.memory().exceededBy((long) cursors[first] * POINT_BYTES);
    }
    if (blocks.getLast() < number) {
      blocks.add(number);
    }
    return new Piece(first, number, points, cursors, blocks);
  }

  private void sortPiece(Piece piece, long dayStartMillis, List<ScanItem> items) {
    long bytes = (long) piece.points * POINT_BYTES;
    query.memory().reserve(bytes);
    int[] millis = new int[piece.points];
    double[] values = new double[piece.points];
    query.scan(
        numbered, items, meter.again(), () -> new Gather(piece, dayStartMillis, millis, values));
    query.run(
        piece.blocks.size() - 1,
        (block, worker) -> {
          Part<S> part = parts.get(worker.number);
          int end = piece.blocks.get(block + 1);
          for (int number = piece.blocks.get(block); number < end; number++) {
            series(part, piece, number, dayStartMillis, millis, values);
          }
        });
    query.memory().release(bytes);
  }

  private void series(
      Part<S> part, Piece piece, int number, long dayStartMillis, int[] millis, double[] values) {
    int from = piece.startOf(number);
    int to = piece.cursors[number];
    if (from == to) {
      return;
    }
    part.sort.sort(millis, values, from, to);
    boolean carries = carriedMillis.length > 0;
    long previousMillis = carries ? carriedMillis[number] : SeriesSink.NO_POINT;
    double previousValue = carries ? carriedValues[number] : 0;
    part.sink.series(
        groups.groupOfNumber(number),
        previousMillis,
        previousValue,
        dayStartMillis,
        millis,
        values,
        from,
        to);
    if (carries) {
      carriedMillis[number] = dayStartMillis + millis[to - 1];
      carriedValues[number] = values[to - 1];
    }
  }

  /** Counts points per series; several sources may hold the same series at once. */
  private record CountBySeries(int[] counts) implements RunSink {
    @Override
    public boolean needsTimes() {
      return false;
    }

    @Override
    public boolean needsValues() {
      return false;
    }

    @Override
    public void run(int number, int ordinal, long[] times, double[] values, int from, int to) {
      int before = (int) INTS.getAndAdd(counts, number, to - from);
      assert before >= 0 : "a series has less than 2^31 points a day";
    }
  }

  /** Puts the points of a piece side by side. */
  private record Gather(Piece piece, long dayStartMillis, int[] millis, double[] out)
      implements RunSink {
    @Override
    public boolean needsTimes() {
      return true;
    }

    @Override
    public boolean needsValues() {
      return true;
    }

    @Override
    public void run(int number, int ordinal, long[] times, double[] values, int from, int to) {
      if (number < piece.first || number >= piece.end) {
        return;
      }
      int at = (int) INTS.getAndAdd(piece.cursors, number, to - from);
      for (int i = from; i < to; i++) {
        millis[at] = (int) (times[i] - dayStartMillis);
        out[at++] = values[i];
      }
    }
  }
}
