// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.Aggregation;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.RateQuery;
import io.luminate.store.ValuesQuery;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Asks a store everything about one tenant's metric, and knows what it has asked. */
final class EveryQuestion {
  private static final Interval MINUTE = new Interval(60_000);

  private final Set<String> asked = new ConcurrentSkipListSet<>();
  private final MetricsStore store;
  private final TenantId tenant;
  private final String metric;
  private final TimeRange range;

  EveryQuestion(MetricsStore store, TenantId tenant, String metric, TimeRange range) {
    this.store = noting(store);
    this.tenant = tenant;
    this.metric = metric;
    this.range = range;
  }

  private MetricsStore noting(MetricsStore real) {
    return (MetricsStore)
        Proxy.newProxyInstance(
            MetricsStore.class.getClassLoader(),
            new Class<?>[] {MetricsStore.class},
            (proxy, method, arguments) -> {
              asked.add(name(method));
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static String name(Method method) {
    return method.getName()
        + Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", ", "(", ")"));
  }

  /** The same store, whose use counts as asked. */
  MetricsStore store() {
    return store;
  }

  /** Methods of the interface that nobody has called through this. */
  Set<String> unasked(Predicate<Method> which) {
    return Arrays.stream(MetricsStore.class.getMethods())
        .filter(which)
        .map(EveryQuestion::name)
        .filter(name -> !asked.contains(name))
        .collect(Collectors.toCollection(ConcurrentSkipListSet::new));
  }

  /** Whatever has a control, by its key, with and without groups and intervals. */
  void askWith(QueryControl control, String key, List<Filter> filters) {
    for (Aggregation aggregation : Aggregation.values()) {
      store.aggregate(aggregate(aggregation, key, filters, Optional.empty()), control);
      store.aggregate(aggregate(aggregation, key, filters, Optional.of(MINUTE)), control);
    }
    store.rate(rate(filters, List.of()), control);
    store.rate(rate(filters, List.of(key)), control);
    store.queryRange(new RangeQuery(tenant, metric, range, filters, 10, Optional.empty()), control);
    store.listDimensionValues(new ValuesQuery(tenant, metric, key, "", 10, filters), control);
    store.listDimensionKeys(tenant, metric, filters, 10, control);
    store.listMetrics(new MetricNamesQuery(tenant, "", 10, filters), control);
    store.seriesBreakdown(tenant, metric, filters, control);
  }

  private AggregateQuery aggregate(
      Aggregation aggregation, String key, List<Filter> filters, Optional<Interval> interval) {
    return new AggregateQuery(
        tenant, metric, range, filters, aggregation, List.of(key), interval, 10);
  }

  private RateQuery rate(List<Filter> filters, List<String> groupBy) {
    return new RateQuery(tenant, metric, range, filters, groupBy, MINUTE, 10);
  }
}
