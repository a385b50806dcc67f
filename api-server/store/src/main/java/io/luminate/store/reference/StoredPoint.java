// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.reference;

import io.luminate.model.Dimensions;
import io.luminate.model.SeriesHash;
import io.luminate.model.TenantId;
import io.luminate.store.SeriesLimits;
import java.util.Comparator;
import java.util.List;

/** One point and the series it belongs to. */
record StoredPoint(Series series, long timestampMillis, double value) {

  /** The order of points within one series: by time, ties by value. */
  static final Comparator<StoredPoint> BY_TIME_THEN_VALUE =
      Comparator.comparingLong(StoredPoint::timestampMillis)
          .thenComparing(StoredPoint::value, Double::compare);

  /** The order of a raw range. */
  static final Comparator<StoredPoint> RANGE_ORDER =
      Comparator.comparingLong(StoredPoint::timestampMillis)
          .thenComparing(p -> p.series().hash())
          .thenComparing(StoredPoint::value, Double::compare);

  record Series(TenantId tenant, String metricName, Dimensions dimensions, SeriesHash hash) {
    static Series of(TenantId tenant, String metricName, Dimensions dimensions) {
      return new Series(tenant, metricName, dimensions, dimensions.hash());
    }

    boolean isOverflow() {
      return SeriesLimits.isOverflow(dimensions);
    }

    /** Every query hashes every point; the dimensions were hashed once. */
    @Override
    public int hashCode() {
      return Long.hashCode(hash.low());
    }
  }

  /** A key that the point does not have groups under the empty text. */
  List<String> groupKey(List<String> groupBy) {
    return groupBy.stream().map(key -> series.dimensions().get(key).orElse("")).toList();
  }
}
