// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.clickhouse.client.RowReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The keys that a statement groups by, as columns {@code k0}, {@code k1} and so on. A key that no
 * point has takes no column; its value is {@code ""}.
 */
final class GroupKeys {
  private final List<Optional<String>> columns;
  private final List<String> present;

  GroupKeys(List<String> groupBy, DimensionColumns dimensions, Parameters parameters) {
    this.columns = groupBy.stream().map(key -> dimensions.of(key, parameters)).toList();
    this.present = columns.stream().flatMap(Optional::stream).toList();
  }

  boolean isEmpty() {
    return present.isEmpty();
  }

  /** The columns with their names, each followed by a comma. */
  String selected() {
    return selected("%s");
  }

  /**
   * @param form of a column, such as an aggregate of it
   */
  String selected(String form) {
    return IntStream.range(0, present.size())
        .mapToObj(i -> form.formatted(present.get(i)) + " AS k" + i + ", ")
        .collect(Collectors.joining());
  }

  /** Each followed by a comma. */
  String names() {
    return IntStream.range(0, present.size())
        .mapToObj(i -> "k" + i + ", ")
        .collect(Collectors.joining());
  }

  /** The clause that groups by these and by what else is said, if by anything. */
  String groupBy(String... more) {
    List<String> all = new ArrayList<>();
    IntStream.range(0, present.size()).forEach(i -> all.add("k" + i));
    all.addAll(List.of(more));
    return all.isEmpty() ? "" : " GROUP BY " + String.join(", ", all);
  }

  /** A group's key as the question wants it. */
  List<String> read(RowReader rows) throws IOException {
    List<String> key = new ArrayList<>();
    for (Optional<String> column : columns) {
      key.add(column.isPresent() ? rows.string() : "");
    }
    return key;
  }

  /** Holds for the rows of some groups. */
  String anyOf(List<List<String>> keys, Parameters parameters) {
    List<List<String>> byColumn = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      int part = i;
      if (columns.get(i).isPresent()) {
        byColumn.add(keys.stream().map(key -> key.get(part)).toList());
      }
    }
    return present.size() == 1
        ? Scan.anyOf(present.getFirst(), byColumn.getFirst(), parameters)
        : Scan.anyTupleOf(present, byColumn, parameters);
  }
}
