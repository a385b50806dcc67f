// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.model.EntityKeys;
import io.luminate.model.Filter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * The entities that points can have if they match some filters. The table is sorted by entity
 * before anything that a filter can name, so this is what makes a question about one customer
 * cheap.
 *
 * @param entities the only ones possible
 * @param assumedAbsent keys before that no point must have for this to hold
 */
record EntityBound(List<String> entities, List<String> assumedAbsent) {

  /**
   * A point's entity is the value of the first entity key that it has. So each of those keys in
   * turn has to be one that a filter is about, or one that no point has; until a filter lets no
   * point without its key pass.
   */
  static Optional<EntityBound> of(
      EntityKeys entityKeys, List<Filter> filters, DimensionColumns columns) {
    SequencedSet<String> entities = new LinkedHashSet<>();
    List<String> absent = new ArrayList<>();
    boolean filtered = false;
    for (String key : entityKeys.keys()) {
      Optional<List<String>> values = valuesOf(key, filters);
      if (values.isPresent()) {
        filtered = true;
        entities.addAll(values.get());
        if (!values.get().contains("")) {
          entities.remove("");
          return Optional.of(new EntityBound(List.copyOf(entities), absent));
        }
      } else if (columns.lacks(key)) {
        absent.add(key);
      } else {
        return Optional.empty();
      }
    }
    return filtered
        ? Optional.of(new EntityBound(List.copyOf(entities), absent))
        : Optional.empty();
  }

  /** Those that all filters on the key let pass; empty if there is no such filter. */
  private static Optional<List<String>> valuesOf(String key, List<Filter> filters) {
    return filters.stream()
        .filter(filter -> filter.key().equals(key))
        .map(Filter::values)
        .reduce((left, right) -> left.stream().filter(right::contains).toList());
  }
}
