// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.Interval;
import io.luminate.model.TimeRange;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Equal buckets of time, numbered from 0. A group's buckets are neighbours: slot = group × count +
 * bucket.
 */
record Buckets(long firstStartMillis, long intervalMillis, int count) {
  /** More than this no memory budget holds. */
  private static final long COUNT_MAX = 1 << 26;

  /** All of time in one bucket. */
  static final Buckets NONE = new Buckets(Long.MIN_VALUE, 0, 1);

  static Buckets of(Interval interval, TimeRange range) {
    long count = interval.bucketCount(range);
    if (count > COUNT_MAX) {
      throw new StoreException(
          ErrorCode.INVALID_QUERY,
          "interval gives " + count + " buckets, at most " + COUNT_MAX + " are possible",
          Map.of("field", "interval", "limit", COUNT_MAX, "value", count));
    }
    return new Buckets(interval.cover(range).startMillis(), interval.millis(), (int) count);
  }

  boolean isNone() {
    return intervalMillis == 0;
  }

  int of(long timestampMillis) {
    return (int) ((timestampMillis - firstStartMillis) / intervalMillis);
  }

  long startMillis(int bucket) {
    return firstStartMillis + bucket * intervalMillis;
  }

  /** Inclusive. */
  long lastMillis(int bucket) {
    return startMillis(bucket) + (intervalMillis - 1);
  }

  int slot(int group, long timestampMillis) {
    return isNone() ? group : group * count + of(timestampMillis);
  }

  /** As a row carries it. */
  OptionalLong rowStart(int bucket) {
    return isNone() ? OptionalLong.empty() : OptionalLong.of(startMillis(bucket));
  }

  /** Wraps a sink of slots so that it takes groups. */
  RunSink split(RunSink inner) {
    return isNone() ? inner : new Splitter(this, inner);
  }

  /** Cuts runs where a bucket ends. */
  private record Splitter(Buckets buckets, RunSink inner) implements RunSink {
    @Override
    public boolean needsTimes() {
      return true;
    }

    @Override
    public boolean needsValues() {
      return inner.needsValues();
    }

    @Override
    public void run(int group, int ordinal, long[] times, double[] values, int from, int to) {
      int first = from;
      while (first < to) {
        int bucket = buckets.of(times[first]);
        long lastMillis = buckets.lastMillis(bucket);
        int end = first + 1;
        while (end < to && times[end] <= lastMillis) {
          end++;
        }
        inner.run(group * buckets.count + bucket, ordinal, times, values, first, end);
        first = end;
      }
    }

    @Override
    public void endItem() {
      inner.endItem();
    }
  }
}
