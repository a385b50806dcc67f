// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.reference;

import io.luminate.model.Interval;
import io.luminate.store.AggregateQuery;
import io.luminate.store.Aggregation;
import io.luminate.store.RateQuery;
import io.luminate.store.ScanStats;
import io.luminate.store.reference.ExactMath.Term;
import io.luminate.store.reference.StoredPoint.Series;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Queries over the points that match them, already clipped to the query's range. */
final class ExactQueries {
  private ExactQueries() {}

  static ExactAnswer aggregate(AggregateQuery query, List<StoredPoint> matching) {
    boolean inOrder = query.aggregation() == Aggregation.INTEGRAL;
    List<StoredPoint> points = inOrder ? withoutOverflow(matching) : matching;
    List<ExactGroup> groups = new ArrayList<>();
    grouped(points, query.groupBy())
        .forEach((groupKey, members) -> groups.add(aggregateGroup(query, groupKey, members)));
    return new ExactAnswer(groups, inOrder ? statsInOrder(matching) : stats(points));
  }

  private static ExactGroup aggregateGroup(
      AggregateQuery query, List<String> groupKey, List<StoredPoint> points) {
    List<Term> trapezoids =
        query.aggregation() == Aggregation.INTEGRAL ? ExactMath.trapezoids(points) : List.of();
    SortedMap<Long, ExactValue> buckets = new TreeMap<>();
    query
        .interval()
        .ifPresent(
            interval -> {
              var pointsByBucket = buckets(points, StoredPoint::timestampMillis, interval);
              var termsByBucket = buckets(trapezoids, Term::timestampMillis, interval);
              pointsByBucket.forEach(
                  (start, inBucket) ->
                      buckets.put(
                          start,
                          ExactMath.aggregate(
                              query.aggregation(),
                              inBucket,
                              termsByBucket.getOrDefault(start, List.of()))));
            });
    return new ExactGroup(
        groupKey, ExactMath.aggregate(query.aggregation(), points, trapezoids), buckets);
  }

  static ExactAnswer rate(RateQuery query, List<StoredPoint> matching) {
    List<ExactGroup> groups = new ArrayList<>();
    grouped(withoutOverflow(matching), query.groupBy())
        .forEach(
            (groupKey, members) -> {
              List<Term> increases =
                  ExactMath.increases(members).stream()
                      .filter(t -> query.bucketRange().contains(t.timestampMillis()))
                      .toList();
              if (!increases.isEmpty()) {
                groups.add(rateGroup(query, groupKey, increases));
              }
            });
    return new ExactAnswer(groups, statsInOrder(matching));
  }

  private static ExactGroup rateGroup(
      RateQuery query, List<String> groupKey, List<Term> increases) {
    BigDecimal seconds = BigDecimal.valueOf(query.interval().millis(), 3);
    SortedMap<Long, ExactValue> buckets = new TreeMap<>();
    buckets(increases, Term::timestampMillis, query.interval())
        .forEach(
            (start, terms) ->
                buckets.put(start, ExactMath.quotient(values(terms), seconds, terms.size())));
    return new ExactGroup(groupKey, ExactMath.sum(values(increases), increases.size()), buckets);
  }

  private static List<BigDecimal> values(List<Term> terms) {
    return terms.stream().map(Term::value).toList();
  }

  private static Map<List<String>, List<StoredPoint>> grouped(
      List<StoredPoint> points, List<String> groupBy) {
    Map<List<String>, List<StoredPoint>> groups = new HashMap<>();
    for (StoredPoint point : points) {
      groups.computeIfAbsent(point.groupKey(groupBy), k -> new ArrayList<>()).add(point);
    }
    return groups;
  }

  private static <T> SortedMap<Long, List<T>> buckets(
      List<T> items, ToLongFunction<T> timestampMillis, Interval interval) {
    SortedMap<Long, List<T>> buckets = new TreeMap<>();
    for (T item : items) {
      long start = interval.bucketStart(timestampMillis.applyAsLong(item));
      buckets.computeIfAbsent(start, s -> new ArrayList<>()).add(item);
    }
    return buckets;
  }

  static ScanStats stats(List<StoredPoint> points) {
    long series = points.stream().map(StoredPoint::series).distinct().count();
    return new ScanStats(series, points.size(), 0, 0);
  }

  private static List<StoredPoint> withoutOverflow(List<StoredPoint> points) {
    return points.stream().filter(p -> !p.series().isOverflow()).toList();
  }

  /** Of a query that looks at the order of points. */
  private static ScanStats statsInOrder(List<StoredPoint> matching) {
    long leftOut =
        matching.stream().map(StoredPoint::series).distinct().filter(Series::isOverflow).count();
    return stats(withoutOverflow(matching)).leavingOut(leftOut, 0);
  }
}
