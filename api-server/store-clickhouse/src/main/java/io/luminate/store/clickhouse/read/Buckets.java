// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.model.Interval;
import io.luminate.model.TimeRange;

/** Buckets of a question, numbered from 0. */
record Buckets(long firstMillis, long intervalMillis) {

  /** Those of a range that begins with a bucket. */
  static Buckets of(Interval interval, TimeRange covered) {
    return new Buckets(covered.startMillis(), interval.millis());
  }

  long startMillis(long bucket) {
    return firstMillis + bucket * intervalMillis;
  }

  /** The number of the bucket of a time that is not before the first one. */
  long of(long timestampMillis) {
    return (timestampMillis - firstMillis) / intervalMillis;
  }

  /** The same in SQL. */
  String of(String timestamp, Parameters parameters) {
    return "intDiv("
        + timestamp
        + " - "
        + parameters.int64(firstMillis)
        + ", "
        + parameters.int64(intervalMillis)
        + ")";
  }
}
