// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.AggregateRow;
import io.luminate.store.Aggregation;
import io.luminate.store.KeysResult;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricNamesResult;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeCursor;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A query in the words of a test. Unless told otherwise it covers the seven days before the
 * fixture's time and the hour after it, without groups, filters or interval, up to 1 000 groups.
 */
final class Question {
  private final MetricsStore store;
  private final String metricName;
  private final List<Filter> filters = new ArrayList<>();
  private TenantId tenant;
  private TimeRange range =
      new TimeRange(StoreFixture.NOW - 7 * StoreFixture.DAY, StoreFixture.NOW + StoreFixture.HOUR);
  private List<String> groupBy = List.of();
  private Optional<Interval> interval = Optional.empty();
  private int limit = 1_000;
  private QueryControl control = StoreFixture.control();

  Question(MetricsStore store, TenantId tenant, String metricName) {
    this.store = store;
    this.tenant = tenant;
    this.metricName = metricName;
  }

  Question of(TenantId other) {
    tenant = other;
    return this;
  }

  /** Both ends are part of it. */
  Question between(long startMillis, long endMillis) {
    range = new TimeRange(startMillis, endMillis);
    return this;
  }

  Question by(String... keys) {
    groupBy = List.of(keys);
    return this;
  }

  Question where(String key, String... anyOf) {
    filters.add(new Filter(key, List.of(anyOf)));
    return this;
  }

  Question every(long millis) {
    interval = Optional.of(new Interval(millis));
    return this;
  }

  Question limit(int count) {
    limit = count;
    return this;
  }

  Question within(QueryControl other) {
    control = other;
    return this;
  }

  AggregateResult aggregate(Aggregation aggregation) {
    return store.aggregate(
        new AggregateQuery(
            tenant, metricName, range, filters, aggregation, groupBy, interval, limit),
        control);
  }

  List<AggregateRow> rows(Aggregation aggregation) {
    return aggregate(aggregation).rows();
  }

  RateResult rate() {
    return store.rate(
        new RateQuery(tenant, metricName, range, filters, groupBy, interval.orElseThrow(), limit),
        control);
  }

  RangeResult points() {
    return points(Optional.empty());
  }

  RangeResult points(Optional<RangeCursor> after) {
    return store.queryRange(
        new RangeQuery(tenant, metricName, range, filters, limit, after), control);
  }

  ValuesResult values(String key, String prefix) {
    return store.listDimensionValues(
        new ValuesQuery(tenant, metricName, key, prefix, limit, filters), control);
  }

  List<String> keys() {
    return keyList().keys();
  }

  KeysResult keyList() {
    return store.listDimensionKeys(tenant, metricName, filters, limit, control);
  }

  List<String> metrics() {
    return metricList("").names();
  }

  MetricNamesResult metricList(String prefix) {
    return store.listMetrics(new MetricNamesQuery(tenant, prefix, limit, filters), control);
  }
}
