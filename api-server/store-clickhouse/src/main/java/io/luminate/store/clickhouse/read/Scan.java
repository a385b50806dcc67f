// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.schema.Tables;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rows that a statement is about. Nothing else in this package names the table of points, so no
 * statement of a question can be without the tenant.
 */
final class Scan {
  /**
   * ClickHouse takes no more than 128 KiB for a parameter, of which a text's byte may take four.
   */
  private static final int LIST_BYTES_MAX = 28 << 10;

  private final Parameters parameters;
  private final String table;
  private final List<String> conditions = new ArrayList<>();
  private boolean ofEntities;

  private Scan(Tables tables, Parameters parameters) {
    this.table = tables.points();
    this.parameters = parameters;
  }

  /** All points of the tenant. */
  static Scan of(Tables tables, TenantId tenant, Parameters parameters) {
    Scan scan = new Scan(tables, parameters);
    return scan.and("tenant = " + parameters.text(tenant.value()));
  }

  /** Inclusive. */
  Scan from(long timestampMillis) {
    return and("timestamp >= " + parameters.int64(timestampMillis));
  }

  /** Inclusive. */
  Scan to(long timestampMillis) {
    return and("timestamp <= " + parameters.int64(timestampMillis));
  }

  /**
   * @param condition made of names of columns and of parameters
   */
  Scan and(String condition) {
    conditions.add(condition);
    return this;
  }

  /** Of these entities alone, which lie next to each other. */
  Scan ofEntities(List<String> entities) {
    ofEntities = true;
    return and(anyOf("entity", entities, parameters));
  }

  boolean isOfEntities() {
    return ofEntities;
  }

  /**
   * Of entities there are granules, most of whose rows match: to read them in one step takes less
   * than to weigh which column tells most of them apart, and to read it first.
   */
  String sql() {
    String filter = ofEntities ? " PREWHERE " : " WHERE ";
    return "FROM " + table + filter + String.join(" AND ", conditions);
  }

  /** Of those rows the ones for which a condition holds, if it is not empty. */
  String sql(String condition) {
    return condition.isEmpty() ? sql() : sql() + " AND " + condition;
  }

  /** Holds for the rows that the filter lets pass. */
  static String condition(Filter filter, DimensionColumns columns, Parameters parameters) {
    Optional<String> column = columns.of(filter.key(), parameters);
    return column.isPresent()
        ? anyOf(column.get(), filter.values(), parameters)
        : String.valueOf(filter.values().contains(""));
  }

  static String anyOf(String column, List<String> values, Parameters parameters) {
    if (values.isEmpty()) {
      return "false";
    }
    if (values.size() == 1) {
      return column + " = " + parameters.text(values.getFirst());
    }
    List<String> lists =
        slices(List.of(values)).stream()
            .map(slice -> column + " IN " + parameters.texts(slice.getFirst()))
            .toList();
    return either(lists);
  }

  /**
   * Rows whose columns are together one of the tuples.
   *
   * @param tuples by column: the first one's values, then the second one's
   */
  static String anyTupleOf(List<String> columns, List<List<String>> tuples, Parameters parameters) {
    List<String> lists = new ArrayList<>();
    for (List<List<String>> slice : slices(tuples)) {
      lists.add(
          "("
              + String.join(", ", columns)
              + ") IN arrayZip("
              + slice.stream().map(parameters::texts).collect(Collectors.joining(", "))
              + ")");
    }
    return either(lists);
  }

  private static String either(List<String> conditions) {
    return conditions.size() == 1
        ? conditions.getFirst()
        : "(" + String.join(" OR ", conditions) + ")";
  }

  /** Cuts lists of one length at the same places, so that no piece is too long for a parameter. */
  private static List<List<List<String>>> slices(List<List<String>> lists) {
    int longest = lists.stream().flatMap(List::stream).mapToInt(Scan::bytes).max().orElse(1);
    int rows = Math.max(1, LIST_BYTES_MAX / longest);
    int size = lists.getFirst().size();
    List<List<List<String>>> slices = new ArrayList<>();
    for (int from = 0; from < size; from += rows) {
      slices.add(cut(lists, from, Math.min(size, from + rows)));
    }
    return slices;
  }

  private static List<List<String>> cut(List<List<String>> lists, int from, int to) {
    return lists.stream().map(list -> list.subList(from, to)).toList();
  }

  private static int bytes(String value) {
    return value.getBytes(StandardCharsets.UTF_8).length + 1;
  }
}
