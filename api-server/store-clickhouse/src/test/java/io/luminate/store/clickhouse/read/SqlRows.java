// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.clickhouse.testkit.ClickHouseSession;
import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.SeriesHash;
import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.schema.MetricSlots;
import io.luminate.store.clickhouse.schema.Slots;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.testkit.TenantPoint;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Puts points into the table by an insert in text. */
final class SqlRows {
  private final ClickHouseSession session;
  private final Tables tables;
  private final Slots slots;

  SqlRows(ClickHouseSession session, Tables tables, Slots slots) {
    this.session = session;
    this.tables = tables;
    this.slots = slots;
  }

  private record Metric(TenantId tenant, String name) {}

  void insert(Collection<TenantPoint> points) {
    Map<Metric, Set<String>> keys =
        points.stream()
            .collect(
                Collectors.groupingBy(
                    p -> new Metric(p.tenant(), p.metricName()),
                    Collectors.flatMapping(
                        p -> p.dimensions().asMap().keySet().stream(),
                        Collectors.toCollection(LinkedHashSet::new))));
    keys.forEach((metric, all) -> slots.assign(metric.tenant(), metric.name(), all));
    String columns =
        IntStream.rangeClosed(1, MetricSlots.COUNT)
            .mapToObj(MetricSlots::column)
            .collect(Collectors.joining(", "));
    String types =
        IntStream.rangeClosed(1, MetricSlots.COUNT)
            .mapToObj(i -> MetricSlots.column(i) + " String")
            .collect(Collectors.joining(", "));
    session.execute(
        "INSERT INTO "
            + tables.points()
            + " (tenant, metric, entity, series, timestamp, value, "
            + columns
            + ", rest) SELECT tenant, metric, entity, series, timestamp, reinterpretAsFloat64(bits), "
            + columns
            + ", mapFromArrays(ks, vs) FROM input('tenant String, metric String, entity String,"
            + " series UInt128, timestamp Int64, bits Int64, "
            + types
            + ", ks Array(String), vs Array(String)') FORMAT TSV\n"
            + points.stream().map(this::line).collect(Collectors.joining("\n")));
  }

  private String line(TenantPoint point) {
    List<String> fields = new ArrayList<>();
    fields.add(point.tenant().value());
    fields.add(escaped(point.metricName()));
    fields.add(escaped(EntityKeys.DEFAULT.entityOf(point.dimensions())));
    fields.add(number(point.dimensions().hash()));
    fields.add(String.valueOf(point.timestampMillis()));
    fields.add(String.valueOf(Double.doubleToRawLongBits(point.value())));
    MetricSlots metricSlots = slots.known(point.tenant(), point.metricName());
    String[] values = new String[MetricSlots.COUNT];
    java.util.Arrays.fill(values, "");
    Map<String, String> rest = new TreeMap<>();
    addDimensions(point.dimensions(), metricSlots, values, rest);
    for (String value : values) {
      fields.add(escaped(value));
    }
    fields.add(array(rest.keySet()));
    fields.add(array(rest.values()));
    return String.join("\t", fields);
  }

  private static void addDimensions(
      Dimensions dimensions, MetricSlots slots, String[] values, Map<String, String> rest) {
    dimensions
        .asMap()
        .forEach(
            (key, value) -> {
              if (slots.slotOf(key).isPresent()) {
                values[slots.slotOf(key).getAsInt() - 1] = value;
              } else {
                rest.put(key, value);
              }
            });
  }

  private static String number(SeriesHash hash) {
    return new BigInteger(Long.toUnsignedString(hash.high()))
        .shiftLeft(Long.SIZE)
        .or(new BigInteger(Long.toUnsignedString(hash.low())))
        .toString();
  }

  private static String array(Collection<String> texts) {
    return texts.stream()
        .map(text -> "'" + escaped(text) + "'")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("'", "\\'");
  }
}
