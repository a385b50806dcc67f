// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import io.luminate.store.clickhouse.write.series.SeriesMetric;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Metrics of tenants that have rows in a block, by number. */
final class Groups {
  private static final Comparator<Group> ORDER =
      Comparator.comparing(Group::tenant, Arrays::compareUnsigned)
          .thenComparing(Group::metric, Arrays::compareUnsigned);

  private final List<Group> groups = new ArrayList<>();
  private final Map<Name, Integer> numbers = new HashMap<>();

  /** One name may have several objects. */
  private final Map<SeriesMetric, Integer> known = new IdentityHashMap<>();

  /** In UTF-8. */
  record Group(byte[] tenant, byte[] metric) {}

  private record Name(String tenant, String metric) {}

  void clear() {
    groups.clear();
    numbers.clear();
    known.clear();
  }

  int size() {
    return groups.size();
  }

  int numberOf(SeriesMetric metric) {
    return known.computeIfAbsent(metric, of -> numberOf(of.tenant(), of.metric()));
  }

  int numberOf(byte[] tenant, byte[] metric) {
    Name name =
        new Name(
            new String(tenant, StandardCharsets.UTF_8), new String(metric, StandardCharsets.UTF_8));
    return numbers.computeIfAbsent(
        name,
        added -> {
          groups.add(new Group(tenant, metric));
          return groups.size() - 1;
        });
  }

  Group get(int number) {
    return groups.get(number);
  }

  /** By tenant and metric, by their bytes: for each number the place of its group. */
  int[] places() {
    List<Group> sorted = groups.stream().sorted(ORDER).toList();
    Map<Group, Integer> places = new IdentityHashMap<>();
    sorted.forEach(group -> places.put(group, places.size()));
    return groups.stream().mapToInt(places::get).toArray();
  }
}
