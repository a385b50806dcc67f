// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.Filter;
import io.luminate.store.DeleteRequest;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.MetricSlots;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The rows that a delete is about, as a condition with parameters. */
record Rows(DeleteRequest request, MetricSlots slots) {
  /** ClickHouse takes 128 KiB for a parameter, of which a text's byte may take four. */
  static final int VALUES_BYTES_MAX = 28 << 10;

  String condition() {
    List<String> conditions = new ArrayList<>();
    conditions.add("tenant = {tenant:String}");
    conditions.add("metric = {metric:String}");
    conditions.add("timestamp < {before:Int64}");
    for (int i = 0; i < request.filters().size(); i++) {
      conditions.add(condition(request.filters().get(i), i));
    }
    return String.join(" AND ", conditions);
  }

  private String condition(Filter filter, int number) {
    String rest = "rest[{key" + number + ":String}]";
    OptionalInt slot = slots.slotOf(filter.key());
    if (slot.isPresent() || slots.full()) {
      String column = slot.isPresent() ? MetricSlots.column(slot.getAsInt()) : rest;
      return column + " IN {values" + number + ":Array(String)}";
    }
    return filter.values().contains("") ? withoutLaterKeys(rest) : "false";
  }

  /**
   * A key that no point has is {@code ""} everywhere, until it gets a place: maybe before
   * ClickHouse comes to the statement. Points in a place that was given since are later than the
   * delete.
   */
  private String withoutLaterKeys(String rest) {
    return IntStream.rangeClosed(slots.keys().size() + 1, MetricSlots.COUNT)
        .mapToObj(slot -> MetricSlots.column(slot) + " = '' AND ")
        .collect(Collectors.joining("", "", rest + " = ''"));
  }

  Statement bind(Statement statement) {
    Statement bound =
        statement
            .with("tenant", request.tenant().value())
            .with("metric", request.metricName())
            .with("before", request.beforeMillis());
    for (int i = 0; i < request.filters().size(); i++) {
      Filter filter = request.filters().get(i);
      requireShort(filter);
      bound = bound.with("key" + i, filter.key()).with("values" + i, filter.values());
    }
    return bound;
  }

  private static void requireShort(Filter filter) {
    long bytes = 0;
    for (String value : filter.values()) {
      bytes += value.getBytes(StandardCharsets.UTF_8).length;
    }
    if (bytes > VALUES_BYTES_MAX) {
      throw new StoreException(
          ErrorCode.BATCH_TOO_LARGE,
          "the values of a filter of a delete take at most %d bytes, those of %s take %d"
              .formatted(VALUES_BYTES_MAX, filter.key(), bytes),
          Map.of("max_filter_bytes", VALUES_BYTES_MAX, "received", bytes));
    }
  }
}
