// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.AggregateRow;
import io.luminate.store.Aggregation;
import java.util.List;

/** Aggregations by group and bucket. */
final class AggregateOperation {
  private AggregateOperation() {}

  static AggregateResult run(Execution query, AggregateQuery request) {
    OverflowSeries overflow =
        request.aggregation() == Aggregation.INTEGRAL
            ? OverflowSeries.of(query, request.filters())
            : OverflowSeries.NONE;
    Selection selection =
        Selection.of(query, request.filters(), request.groupBy(), overflow.without());
    Buckets buckets =
        request.interval().map(i -> Buckets.of(i, request.range())).orElse(Buckets.NONE);
    ScanMeter meter = ScanMeter.of(query);
    Measurement measurement = measurementOf(query, request);
    GroupTable table = GroupTable.measure(measurement, selection, buckets, request.limit(), meter);
    List<AggregateRow> rows =
        table.rows(
            (bucket, group, slot) ->
                new AggregateRow(
                    buckets.rowStart(bucket),
                    selection.keys().strings(group),
                    Totals.finite(table.slots().value(slot)),
                    table.slots().count(slot)));
    return new AggregateResult(
        rows,
        table.totalGroups(),
        measurement.rankError(),
        overflow.leftOut(query, request.effectiveRange(), meter.stats()));
  }

  private static Measurement measurementOf(Execution query, AggregateQuery request) {
    return switch (request.aggregation()) {
      case AVG, SUM, COUNT, MIN, MAX ->
          new CellMeasurement(query, request.effectiveRange(), request.aggregation());
      case P50, P95, P99 ->
          new PercentileMeasurement(
              query, request.effectiveRange(), request.aggregation().fraction());
      case INTEGRAL -> new IntegralMeasurement(query, request.effectiveRange());
    };
  }
}
