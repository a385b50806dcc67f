// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.RateRow;
import java.util.List;

/** Increase per second by group and bucket. */
final class RateOperation {
  private static final double MILLIS_PER_SECOND = 1e3;

  private RateOperation() {}

  static RateResult run(Execution query, RateQuery request) {
    OverflowSeries overflow = OverflowSeries.of(query, request.filters());
    Selection selection =
        Selection.of(query, request.filters(), request.groupBy(), overflow.without());
    Buckets buckets = Buckets.of(request.interval(), request.range());
    ScanMeter meter = ScanMeter.of(query);
    Measurement measurement =
        new IncreaseMeasurement(query, request.readRange(), request.bucketRange());
    GroupTable table = GroupTable.measure(measurement, selection, buckets, request.limit(), meter);
    double seconds = request.interval().millis() / MILLIS_PER_SECOND;
    List<RateRow> rows =
        table.rows(
            (bucket, group, slot) ->
                new RateRow(
                    buckets.startMillis(bucket),
                    selection.keys().strings(group),
                    Totals.finite(table.slots().quotient(slot, seconds))));
    return new RateResult(
        rows, table.totalGroups(), overflow.leftOut(query, request.readRange(), meter.stats()));
  }
}
