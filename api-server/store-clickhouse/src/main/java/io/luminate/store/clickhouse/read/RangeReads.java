// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.ErrorCode;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeCursor;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.ScanStats;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.Answer;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.read.MetricScans.Place;
import io.luminate.store.clickhouse.schema.MetricSlots;
import java.util.List;

/** Raw points. */
final class RangeReads {
  private final StatementRunner runner;
  private final MetricScans scans;

  RangeReads(StatementRunner runner, MetricScans scans) {
    this.runner = runner;
    this.scans = scans;
  }

  RangeResult queryRange(RangeQuery query, long retainedFromMillis, QueryControl control) {
    Answer<RangeReader> answer =
        scans.ask(
            control,
            query.tenant(),
            query.metricName(),
            query.filters(),
            List.of(),
            place -> run(query, place, retainedFromMillis, control));
    // Others may give slots between any look at them and the question: once for each, at most.
    while (!answer.value().complete()) {
      Place place = scans.fresh(control, query.tenant(), query.metricName(), query.filters());
      if (place.columns().slots().equals(answer.value().slots())) {
        throw corrupted(query);
      }
      answer = run(query, place, retainedFromMillis, control);
    }
    return result(answer);
  }

  private static StoreException corrupted(RangeQuery query) {
    return new StoreException(
        ErrorCode.STORAGE_CORRUPTED,
        "points of " + query.metricName() + " have dimensions that are not those of their series");
  }

  private Answer<RangeReader> run(
      RangeQuery query, Place place, long retainedFromMillis, QueryControl control) {
    MetricSlots slots = place.columns().slots();
    return runner.run(
        statement(query, place, retainedFromMillis),
        rows -> new RangeReader(query, slots).read(rows),
        control);
  }

  private static Statement statement(RangeQuery query, Place place, long retainedFromMillis) {
    Parameters parameters = new Parameters();
    long after = query.after().map(RangeCursor::timestampMillis).orElse(Long.MIN_VALUE);
    long from = Math.max(after, Math.max(query.range().startMillis(), retainedFromMillis));
    Scan scan = place.scan(from, parameters).to(query.range().endMillis());
    query.after().ifPresent(cursor -> scan.and(PointOrder.notBefore(cursor, parameters)));
    return PointOrder.kept(
        parameters.statement(
            "SELECT "
                + RangeReader.columns(place.columns().slots())
                + " "
                + scan.sql()
                + " ORDER BY "
                + PointOrder.SQL
                + " LIMIT "
                + parameters.int64(RangeReader.rowsWanted(query))));
  }

  private static RangeResult result(Answer<RangeReader> answer) {
    RangeReader page = answer.value();
    return new RangeResult(
        page.points(),
        page.next(),
        new ScanStats(page.series(), page.points().size(), answer.readBytes(), 0));
  }
}
