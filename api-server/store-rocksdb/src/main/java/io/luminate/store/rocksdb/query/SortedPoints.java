// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.segment.ChunkReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Brings points of one day into order, wherever they come from: a counting sort by series and a
 * short sort within each. What exceeds the memory budget is done in pieces of neighbouring series,
 * each of them a pass over the points.
 */
final class SortedPoints<S extends SeriesSink> {
  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  /** A time within the day, and a value. */
  private static final int POINT_BYTES = Integer.BYTES + Double.BYTES;

  /** Keeps a part of the budget for what sinks need meanwhile. */
  private static final double PIECE_SHARE = 0.75;

  private static final int PIECE_POINTS_MAX = Integer.MAX_VALUE - 16;

  /** Points of a work item that sorts, unless one series has more. */
  private static final int BLOCK_POINTS = 1 << 15;

  private final Execution query;
  private final SeriesGroups groups;
  private final SeriesGroups numbered;
  private final LastPoints lastPoints;
  private final long dayStartMillis;
  private final List<Part<S>> parts;
  private final AtomicBoolean unordered = new AtomicBoolean();

  /** Points that there is room for beside a piece, to sort its longest series; reserved. */
  private long sparePoints;

  /** What a worker keeps. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Part<S>(S sink, PointSort sort, long[] times, double[] values) {}

  SortedPoints(
      Execution query,
      SeriesGroups groups,
      SeriesGroups numbered,
      LastPoints lastPoints,
      long dayStartMillis,
      List<S> sinks) {
    this.query = query;
    this.groups = groups;
    this.numbered = numbered;
    this.lastPoints = lastPoints;
    this.dayStartMillis = dayStartMillis;
    this.parts =
        sinks.stream()
            .map(
                s ->
                    new Part<>(
                        s,
                        new PointSort(),
                        new long[ChunkReader.VECTOR_POINTS],
                        new double[ChunkReader.VECTOR_POINTS]))
            .toList();
  }

  /** Whether the points followed what was there; if not, the sinks are of no more use. */
  boolean scan(List<ScanItem> items, ScanMeter meter) {
    int numbers = groups.numbers();
    long cursorBytes = (long) numbers * Integer.BYTES;
    query.memory().reserve(cursorBytes);
    int[] cursors = new int[numbers];
    query.scan(numbered, items, meter, () -> new CountBySeries(cursors));
    long budget = (long) (query.memory().availableBytes() * PIECE_SHARE) / POINT_BYTES;
    int pointsMax = (int) Math.min(PIECE_POINTS_MAX, Math.max(0, budget));
    int first = 0;
    while (first < numbers && !unordered.get()) {
      Piece piece = piece(cursors, first, pointsMax);
      if (piece.points > 0) {
        sort(piece, items, meter.again());
      }
      first = piece.end;
    }
    query.memory().release(cursorBytes + sparePoints * POINT_BYTES);
    sparePoints = 0;
    return !unordered.get();
  }

  /**
   * Neighbouring series.
   *
   * @param sparePoints what its sorting needs besides
   * @param cursors where the next point of each series goes, hence its end once all are placed
   * @param blocks first series of each work item, then {@code end}
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Piece(
      int first, int end, int points, long sparePoints, int[] cursors, List<Integer> blocks) {
    int startOf(int number) {
      return number == first ? 0 : cursors[number - 1];
    }
  }

  /** Turns counts into places, for as many series as fit. */
  private Piece piece(int[] cursors, int first, int pointsMax) {
    List<Integer> blocks = new ArrayList<>(List.of(first));
    int points = 0;
    int blockStart = 0;
    int longest = 0;
    int number = first;
    while (number < cursors.length) {
      int count = cursors[number];
      int longestNow = Math.max(longest, count);
      if (count > pointsMax - points - spareFor(longestNow, (long) points + count)) {
        break;
      }
      longest = longestNow;
      cursors[number++] = points;
      points += count;
      if (points - blockStart >= BLOCK_POINTS) {
        blocks.add(number);
        blockStart = points;
      }
    }
    if (number == first) {
      int count = cursors[first];
      throw query.memory().exceededBy((count + spareFor(count, count)) * POINT_BYTES);
    }
    if (blocks.getLast() < number) {
      blocks.add(number);
    }
    return new Piece(first, number, points, spareFor(longest, points), cursors, blocks);
  }

  /** Half of the longest series for each worker, but no more than half of all; room is kept. */
  private long spareFor(int longest, long points) {
    long needed = longest <= PointSort.SMALL_POINTS ? 0 : longest * (long) parts.size();
    return Math.max(sparePoints, Math.min(needed, points) / 2);
  }

  private void sort(Piece piece, List<ScanItem> items, ScanMeter meter) {
    long bytes = (long) piece.points * POINT_BYTES;
    query.memory().reserve(bytes + (piece.sparePoints - sparePoints) * POINT_BYTES);
    sparePoints = piece.sparePoints;
    int[] millis = new int[piece.points];
    double[] values = new double[piece.points];
    query.scan(numbered, items, meter, () -> new Gather(piece, dayStartMillis, millis, values));
    query.run(
        piece.blocks.size() - 1,
        (block, worker) -> {
          Part<S> part = parts.get(worker.number);
          int end = piece.blocks.get(block + 1);
          for (int number = piece.blocks.get(block); number < end; number++) {
            int from = piece.startOf(number);
            int to = piece.cursors[number];
            if (from < to) {
              part.sort.sort(millis, values, from, to);
              series(part, number, millis, values, from, to);
            }
          }
        });
    query.memory().release(bytes);
  }

  private void series(Part<S> part, int number, int[] millis, double[] values, int from, int to) {
    int group = groups.groupOfNumber(number);
    long previous = lastPoints.millis(number);
    double previousValue = lastPoints.value(number);
    if (!LastPoints.inOrder(previous, previousValue, dayStartMillis + millis[from], values[from])) {
      unordered.set(true);
    }
    for (int first = from; first < to; first += ChunkReader.VECTOR_POINTS) {
      int count = Math.min(ChunkReader.VECTOR_POINTS, to - first);
      for (int i = 0; i < count; i++) {
        part.times[i] = dayStartMillis + millis[first + i];
        part.values[i] = values[first + i];
      }
      part.sink.points(group, previous, previousValue, part.times, part.values, 0, count);
      previous = part.times[count - 1];
      previousValue = part.values[count - 1];
    }
    lastPoints.set(number, previous, previousValue);
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
