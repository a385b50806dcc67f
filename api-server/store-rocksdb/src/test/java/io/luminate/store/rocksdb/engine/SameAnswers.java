// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.Aggregation;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.ValuesQuery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compares two stores by all kinds of questions about a metric. Values are small whole numbers at
 * whole seconds, so that sums are exact in whatever order.
 */
final class SameAnswers {
  private static final int LIMIT = 1_000;
  private static final List<List<String>> GROUPINGS =
      List.of(List.of(), List.of("customer_id"), List.of("region", "kind"), List.of("none"));

  private final MetricsStore actual;
  private final MetricsStore expected;
  private final TenantId tenant;
  private final String what;

  SameAnswers(MetricsStore actual, MetricsStore expected, TenantId tenant, String what) {
    this.actual = actual;
    this.expected = expected;
    this.tenant = tenant;
    this.what = what;
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofMinutes(1));
  }

  /**
   * @param filters one question each
   */
  void check(String metric, TimeRange range, List<List<Filter>> filters) {
    MetricNamesQuery names = new MetricNamesQuery(tenant, "", LIMIT, List.of());
    assertThat(actual.listMetrics(names, control()))
        .as(what)
        .isEqualTo(expected.listMetrics(names, control()));
    assertThat(actual.largestMetrics(LIMIT))
        .as(what)
        .containsExactlyInAnyOrderElementsOf(expected.largestMetrics(LIMIT));
    for (List<Filter> some : filters) {
      points(metric, range, some);
      for (List<String> groupBy : some.isEmpty() ? GROUPINGS : GROUPINGS.subList(1, 2)) {
        groups(metric, range, some, groupBy);
      }
      discovery(metric, some);
    }
  }

  private void points(String metric, TimeRange range, List<Filter> filters) {
    RangeQuery query = new RangeQuery(tenant, metric, range, filters, 10_000, Optional.empty());
    assertThat(actual.queryRange(query, control()).points())
        .as(what)
        .isEqualTo(expected.queryRange(query, control()).points());
  }

  private void groups(String metric, TimeRange range, List<Filter> filters, List<String> groupBy) {
    for (Aggregation aggregation : Aggregation.values()) {
      AggregateQuery query =
          new AggregateQuery(
              tenant, metric, range, filters, aggregation, groupBy, Optional.empty(), LIMIT);
      same(
          rows(expected.aggregate(query, control())),
          rows(actual.aggregate(query, control())),
          aggregation + " by " + groupBy);
    }
    Interval interval = new Interval(Duration.ofHours(6).toMillis());
    RateQuery query = new RateQuery(tenant, metric, range, filters, groupBy, interval, LIMIT);
    same(rows(expected.rate(query, control())), rows(actual.rate(query, control())), "rate");
  }

  private static Map<String, Double> rows(AggregateResult result) {
    Map<String, Double> rows = new TreeMap<>();
    result.rows().forEach(r -> rows.put(r.groupKey() + "#" + r.count(), r.value().orElseThrow()));
    return rows;
  }

  private static Map<String, Double> rows(RateResult result) {
    Map<String, Double> rows = new TreeMap<>();
    result
        .rows()
        .forEach(r -> rows.put(r.groupKey() + "@" + r.bucketStartMillis(), r.rate().orElseThrow()));
    return rows;
  }

  /** Groups are fewer than the limit, so that near ties do not matter. */
  private void same(Map<String, Double> wanted, Map<String, Double> got, String question) {
    assertThat(got.keySet()).as("%s, %s", what, question).isEqualTo(wanted.keySet());
    wanted.forEach(
        (group, value) ->
            assertThat(got.get(group))
                .as("%s, %s of %s", what, question, group)
                .isCloseTo(value, within(1e-9 * Math.max(1, Math.abs(value)))));
  }

  private void discovery(String metric, List<Filter> filters) {
    assertThat(actual.listDimensionKeys(tenant, metric, filters, LIMIT, control()))
        .as(what)
        .isEqualTo(expected.listDimensionKeys(tenant, metric, filters, LIMIT, control()));
    for (String key : List.of("customer_id", "region", "kind", "none")) {
      ValuesQuery values = new ValuesQuery(tenant, metric, key, "", LIMIT, filters);
      assertThat(actual.listDimensionValues(values, control()))
          .as("%s, values of %s", what, key)
          .isEqualTo(expected.listDimensionValues(values, control()));
    }
    assertThat(actual.seriesBreakdown(tenant, metric, filters, control()).series())
        .as(what)
        .isEqualTo(expected.seriesBreakdown(tenant, metric, filters, control()).series());
  }
}
