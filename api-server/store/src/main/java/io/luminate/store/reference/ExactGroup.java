// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.reference;

import io.luminate.model.Utf8Order;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One group of an answer.
 *
 * @param total what the group is ranked by, over the whole range
 * @param buckets by bucket start; empty when the query has no interval
 */
public record ExactGroup(
    List<String> groupKey, ExactValue total, SortedMap<Long, ExactValue> buckets) {

  /** By value descending, ties by group key in UTF-8 order; an overflow ranks as its infinity. */
  static final Comparator<ExactGroup> BY_RANK =
      Comparator.<ExactGroup>comparingDouble(g -> g.total.value() + 0.0)
          .reversed()
          .thenComparing(ExactGroup::groupKey, ExactGroup::compareKeys);

  public ExactGroup {
    groupKey = List.copyOf(groupKey);
    buckets = Collections.unmodifiableSortedMap(new TreeMap<>(buckets));
  }

  private static int compareKeys(List<String> left, List<String> right) {
    for (int i = 0; i < left.size(); i++) {
      int byPart = Utf8Order.compare(left.get(i), right.get(i));
      if (byPart != 0) {
        return byPart;
      }
    }
    return 0;
  }
}
