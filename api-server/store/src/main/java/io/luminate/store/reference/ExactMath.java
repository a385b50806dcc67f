// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.reference;

import io.luminate.store.Aggregation;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arithmetic of the queries, exact: every double is a finite decimal fraction. */
final class ExactMath {
  private static final BigDecimal HALF = new BigDecimal("0.5");

  private ExactMath() {}

  /** A summand that belongs to the bucket of its timestamp. */
  record Term(long timestampMillis, BigDecimal value) {}

  /** One aggregation over the points; {@code trapezoids} are the terms of an integral. */
  static ExactValue aggregate(
      Aggregation aggregation, List<StoredPoint> points, List<Term> trapezoids) {
    return switch (aggregation) {
      case COUNT -> ExactValue.ofCount(points.size());
      case SUM -> sum(valuesOf(points), points.size());
      case AVG -> average(points);
      case MIN -> ExactValue.ofOne(sortedValues(points)[0], points.size());
      case MAX -> ExactValue.ofOne(sortedValues(points)[points.size() - 1], points.size());
      case P50, P95, P99 -> percentile(sortedValues(points), aggregation.fraction());
      case INTEGRAL -> sum(trapezoids.stream().map(Term::value).toList(), points.size());
    };
  }

  static ExactValue sum(List<BigDecimal> terms, long count) {
    return ExactValue.of(total(terms), magnitude(terms), count);
  }

  private static ExactValue average(List<StoredPoint> points) {
    return quotient(valuesOf(points), BigDecimal.valueOf(points.size()), points.size());
  }

  /** The sum of the terms divided by {@code divisor}. */
  static ExactValue quotient(List<BigDecimal> terms, BigDecimal divisor, long count) {
    MathContext precision = MathContext.DECIMAL128;
    return ExactValue.of(
        total(terms).divide(divisor, precision),
        magnitude(terms).divide(divisor, precision),
        count);
  }

  /** Linear between closest ranks, NumPy's default: rank (n − 1) · fraction, counted from 0. */
  private static ExactValue percentile(double[] sorted, double fraction) {
    double rank = (sorted.length - 1) * fraction;
    int below = (int) Math.floor(rank);
    BigDecimal low = new BigDecimal(sorted[below]);
    BigDecimal high = new BigDecimal(sorted[Math.min(below + 1, sorted.length - 1)]);
    BigDecimal weight = new BigDecimal(rank - below);
    return ExactValue.of(
        low.add(high.subtract(low).multiply(weight)), low.abs().add(high.abs()), sorted.length);
  }

  /** Areas in value·seconds between consecutive points of a series, by their later points. */
  static List<Term> trapezoids(List<StoredPoint> points) {
    List<Term> terms = new ArrayList<>();
    for (List<StoredPoint> series : bySeries(points)) {
      for (int i = 1; i < series.size(); i++) {
        terms.add(trapezoid(series.get(i - 1), series.get(i)));
      }
    }
    return terms;
  }

  private static Term trapezoid(StoredPoint earlier, StoredPoint later) {
    BigDecimal seconds = BigDecimal.valueOf(later.timestampMillis() - earlier.timestampMillis(), 3);
    BigDecimal mean =
        new BigDecimal(earlier.value()).add(new BigDecimal(later.value())).multiply(HALF);
    return new Term(later.timestampMillis(), mean.multiply(seconds));
  }

  /** Increases between consecutive points of a series, by their later points; a reset counts 0. */
  static List<Term> increases(List<StoredPoint> points) {
    List<Term> terms = new ArrayList<>();
    for (List<StoredPoint> series : bySeries(points)) {
      for (int i = 1; i < series.size(); i++) {
        terms.add(increase(series.get(i - 1), series.get(i)));
      }
    }
    return terms;
  }

  private static Term increase(StoredPoint earlier, StoredPoint later) {
    BigDecimal difference = new BigDecimal(later.value()).subtract(new BigDecimal(earlier.value()));
    return new Term(later.timestampMillis(), difference.max(BigDecimal.ZERO));
  }

  private static Collection<List<StoredPoint>> bySeries(List<StoredPoint> points) {
    Map<StoredPoint.Series, List<StoredPoint>> series = new LinkedHashMap<>();
    points.stream()
        .sorted(StoredPoint.BY_TIME_THEN_VALUE)
        .forEach(p -> series.computeIfAbsent(p.series(), s -> new ArrayList<>()).add(p));
    return series.values();
  }

  private static BigDecimal total(List<BigDecimal> terms) {
    return terms.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static BigDecimal magnitude(List<BigDecimal> terms) {
    return terms.stream().map(BigDecimal::abs).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static List<BigDecimal> valuesOf(List<StoredPoint> points) {
    return points.stream().map(p -> new BigDecimal(p.value())).toList();
  }

  private static double[] sortedValues(List<StoredPoint> points) {
    return points.stream().mapToDouble(StoredPoint::value).sorted().toArray();
  }
}
