// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.model.EntityKeys;
import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.store.QueryControl;
import io.luminate.store.clickhouse.schema.MetricSlots;
import io.luminate.store.clickhouse.schema.Slots;
import io.luminate.store.clickhouse.schema.Tables;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds the points of one metric that match filters, wherever their dimensions are. */
final class MetricScans {
  private final Tables tables;
  private final Slots slots;
  private final EntityKeys entityKeys;
  private final StatementRunner runner;

  MetricScans(Tables tables, Slots slots, EntityKeys entityKeys, StatementRunner runner) {
    this.runner = runner;
    this.tables = tables;
    this.slots = slots;
    this.entityKeys = entityKeys;
  }

  /** A metric, filters on it, and where that leaves the question. */
  final class Place {
    private final TenantId tenant;
    private final String metricName;
    private final List<Filter> filters;
    private final DimensionColumns columns;
    private final Optional<EntityBound> bound;

    private Place(
        TenantId tenant, String metricName, List<Filter> filters, DimensionColumns columns) {
      this.tenant = tenant;
      this.metricName = metricName;
      this.filters = filters;
      this.columns = columns;
      this.bound = EntityBound.of(entityKeys, filters, columns);
    }

    TenantId tenant() {
      return tenant;
    }

    String metricName() {
      return metricName;
    }

    DimensionColumns columns() {
      return columns;
    }

    /** Whether a filter lets no point pass, as none had its key when the slots were read. */
    boolean isOfNothing() {
      return filters.stream()
          .anyMatch(filter -> columns.lacks(filter.key()) && !filter.values().contains(""));
    }

    /** Whether it is left to the points of some entities alone. */
    boolean isOfEntities() {
      return bound.isPresent();
    }

    /** The metric's matching points from an instant on. */
    Scan scan(long fromMillis, Parameters parameters) {
      Scan scan = Scan.of(tables, tenant, parameters);
      scan.and("metric = " + parameters.text(metricName));
      bound.ifPresent(b -> scan.ofEntities(b.entities()));
      scan.from(fromMillis);
      filters.forEach(filter -> scan.and(Scan.condition(filter, columns, parameters)));
      return scan;
    }

    private List<String> keysThatMatter(Collection<String> mentioned) {
      List<String> keys = new ArrayList<>(mentioned);
      filters.forEach(filter -> keys.add(filter.key()));
      bound.ifPresent(b -> keys.addAll(b.assumedAbsent()));
      return keys;
    }
  }

  /**
   * Asks with the slots as they are known. A key that has none stands for {@code ""}, which may be
   * wrong by the time that ClickHouse looks at the points; so that the slots are read once more
   * then, and the question asked again if the key has got one. Where nothing can match they have
   * just been read, and that is the answer of that instant.
   *
   * @param mentioned keys that the question is about beside its filters
   */
  <T> T ask(
      QueryControl control,
      TenantId tenant,
      String metricName,
      List<Filter> filters,
      Collection<String> mentioned,
      Function<Place, T> question) {
    Place place = place(tenant, metricName, filters, slots.known(tenant, metricName));
    if (!place.columns.hasAll(mentioned)
        || !place.columns.hasAll(filters.stream().map(Filter::key).toList())) {
      place = fresh(control, tenant, metricName, filters);
    }
    while (true) {
      T answer = question.apply(place);
      Collection<String> keys = place.keysThatMatter(mentioned);
      if (place.columns.hasAll(keys) || place.isOfNothing()) {
        return answer;
      }
      Place now = fresh(control, tenant, metricName, filters);
      DimensionColumns before = place.columns;
      if (keys.stream().allMatch(key -> before.lacks(key) == now.columns.lacks(key))) {
        return answer;
      }
      place = now;
    }
  }

  /** Holds for the tenant's points that match the filters, whatever their metric. */
  String anyMetric(
      QueryControl control, TenantId tenant, List<Filter> filters, Parameters parameters) {
    Map<String, MetricSlots> slotsByMetric =
        runner.within(control, bounds -> slots.rereadAll(tenant, bounds));
    Map<String, List<String>> metricsByCondition = new TreeMap<>();
    slotsByMetric.forEach(
        (metric, metricSlots) ->
            metricsByCondition
                .computeIfAbsent(
                    condition(filters, metricSlots, parameters), c -> new ArrayList<>())
                .add(metric));
    List<String> conditions = new ArrayList<>();
    metricsByCondition.forEach(
        (condition, metrics) ->
            conditions.add(Scan.anyOf("metric", metrics, parameters) + " AND " + condition));
    List<String> slotted = List.copyOf(slotsByMetric.keySet());
    conditions.add(
        "NOT "
            + Scan.anyOf("metric", slotted, parameters)
            + " AND "
            + condition(filters, MetricSlots.NONE, parameters));
    return conditions.stream()
        .map(c -> "(" + c + ")")
        .collect(Collectors.joining(" OR ", "(", ")"));
  }

  private String condition(List<Filter> filters, MetricSlots metricSlots, Parameters parameters) {
    DimensionColumns columns = new DimensionColumns(metricSlots);
    List<String> conditions = new ArrayList<>();
    EntityBound.of(entityKeys, filters, columns)
        .ifPresent(b -> conditions.add(Scan.anyOf("entity", b.entities(), parameters)));
    filters.forEach(filter -> conditions.add(Scan.condition(filter, columns, parameters)));
    return String.join(" AND ", conditions);
  }

  /** A place with the slots as they are at present. */
  Place fresh(QueryControl control, TenantId tenant, String metricName, List<Filter> filters) {
    MetricSlots now = runner.within(control, bounds -> slots.reread(tenant, metricName, bounds));
    return place(tenant, metricName, filters, now);
  }

  private Place place(TenantId tenant, String metricName, List<Filter> filters, MetricSlots slots) {
    return new Place(tenant, metricName, filters, new DimensionColumns(slots));
  }
}
