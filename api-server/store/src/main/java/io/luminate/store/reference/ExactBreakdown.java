// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.reference;

import io.luminate.model.Dimensions;
import io.luminate.store.SeriesBreakdown;
import io.luminate.store.reference.StoredPoint.Series;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts series by putting them into sets. */
final class ExactBreakdown {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  private ExactBreakdown() {}

  static SeriesBreakdown of(List<StoredPoint> points) {
    Set<Dimensions> series =
        points.stream().map(p -> p.series().dimensions()).collect(Collectors.toSet());
    List<SeriesBreakdown.KeyShare> keys =
        series.stream()
            .flatMap(d -> d.asMap().keySet().stream())
            .distinct()
            .map(key -> key(key, series))
            .sorted(Comparator.comparingLong(key -> -key.values()))
            .toList();
    return new SeriesBreakdown(
        series.size(),
        keys.subList(0, Math.min(keys.size(), SeriesBreakdown.KEYS_MAX)),
        keys.size() > SeriesBreakdown.KEYS_MAX,
        days(points));
  }

  private static SeriesBreakdown.KeyShare key(String key, Set<Dimensions> series) {
    Set<Map<String, String>> without = new HashSet<>();
    for (Dimensions dimensions : series) {
      Map<String, String> others = new HashMap<>(dimensions.asMap());
      others.remove(key);
      without.add(others);
    }
    long values = series.stream().flatMap(d -> d.get(key).stream()).distinct().count();
    return new SeriesBreakdown.KeyShare(key, values, without.size());
  }

  private static List<SeriesBreakdown.Day> days(List<StoredPoint> points) {
    Map<Long, Set<Series>> seriesByDay = new TreeMap<>();
    for (StoredPoint point : points) {
      seriesByDay
          .computeIfAbsent(
              Math.floorDiv(point.timestampMillis(), DAY_MILLIS), day -> new HashSet<>())
          .add(point.series());
    }
    Set<Series> known = new HashSet<>();
    List<SeriesBreakdown.Day> days = new ArrayList<>();
    seriesByDay.forEach(
        (day, series) -> {
          long added = series.stream().filter(known::add).count();
          days.add(new SeriesBreakdown.Day(LocalDate.ofEpochDay(day), series.size(), added));
        });
    return days;
  }
}
