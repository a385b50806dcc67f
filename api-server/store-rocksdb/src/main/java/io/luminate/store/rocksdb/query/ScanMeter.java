// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.ScanStats;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a query reads. Thread safe. */
final class ScanMeter {
  /** 1 where a series had a point. Workers may write the same 1 at once, which is harmless. */
  private final byte[] seen;

  private final LongAdder points = new LongAdder();
  private final LongAdder preAggregatedPoints = new LongAdder();
  private final LongAdder bytes;

  private ScanMeter(byte[] seen, LongAdder bytes) {
    this.seen = seen;
    this.bytes = bytes;
  }

  static ScanMeter of(Execution query) {
    int seriesCount = query.snapshot().seriesCount();
    query.memory().reserve(seriesCount);
    return new ScanMeter(new byte[seriesCount], new LongAdder());
  }

  /** For reading the same points once more: only the bytes are added to this meter. */
  ScanMeter again() {
    return new ScanMeter(seen, bytes);
  }

  /** Counts what {@link #again} counted, after all. */
  void accept(ScanMeter attempt) {
    points.add(attempt.points.sum());
    preAggregatedPoints.add(attempt.preAggregatedPoints.sum());
  }

  byte[] seen() {
    return seen;
  }

  void add(long newPoints, long newPreAggregatedPoints, long newBytes) {
    points.add(newPoints);
    preAggregatedPoints.add(newPreAggregatedPoints);
    bytes.add(newBytes);
  }

  ScanStats stats() {
    long series = 0;
    for (byte flag : seen) {
      series += flag;
    }
    return new ScanStats(series, points.sum(), bytes.sum(), preAggregatedPoints.sum());
  }

  ScanStats stats(long series, long pointsReturned) {
    return new ScanStats(series, pointsReturned, bytes.sum(), 0);
  }
}
