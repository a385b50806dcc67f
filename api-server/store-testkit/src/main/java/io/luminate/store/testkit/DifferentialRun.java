// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Filter;
import io.luminate.model.MetricPoint;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.DeleteRequest;
import io.luminate.store.KeysResult;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeCursor;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.RateQuery;
import io.luminate.store.ScanStats;
import io.luminate.store.ValuesQuery;
import io.luminate.store.WriteRequest;
import io.luminate.store.reference.ExactAnswer;
import io.luminate.store.reference.ReferenceStore;
import io.luminate.store.testkit.Universe.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * Writes the same random points into the store under test and into the reference, moves them on at
 * different times so that some are in every stage, and asks both the same questions.
 */
final class DifferentialRun {
  static final RetentionPolicies RETENTION =
      new RetentionPolicies(
          StoreFixture.RETENTION,
          List.of(
              new RetentionPolicy(
                  "short", Optional.empty(), Universe.SHORT_LIVED, Duration.ofDays(2))));

  /** What happens after each part has been written; the last part stays in the head. */
  private static final List<Stage> STAGES =
      List.of(Stage.HEAD, Stage.SEALED, Stage.SEALED, Stage.MERGED, Stage.REOPENED, Stage.HEAD);

  private static final int BATCH_POINTS_MAX = 700;

  /** More than there are. */
  private static final int KEYS_MAX = 10_000;

  private final long seed;
  private final int pointsPerRound;
  private final int questionsPerRound;
  private final StoreFixture tested;
  private final ReferenceStore reference;
  private final SplittableRandom random;
  private final DataMaker data;
  private final List<TenantPoint> written = new ArrayList<>();
  private final QueryMaker queries;
  private final Map<Metric, Duration> ownRetentions = new HashMap<>();
  private boolean enforced;
  private String context = "";

  /**
   * @param questionsPerRound of each kind
   */
  DifferentialRun(long seed, int points, int questionsPerRound, StoreFixture tested) {
    this.seed = seed;
    this.pointsPerRound = Math.max(1, points / STAGES.size());
    this.questionsPerRound = questionsPerRound;
    this.tested = tested;
    this.reference = new ReferenceStore(tested.clock(), RETENTION);
    this.random = new SplittableRandom(~seed);
    this.data = new DataMaker(seed, StoreFixture.NOW);
    this.queries = new QueryMaker(random, data.universe(), written);
  }

  void run() {
    for (int round = 0; round < STAGES.size(); round++) {
      context = "seed " + seed + ", round " + round + " (" + STAGES.get(round) + ")";
      write(data.next(pointsPerRound));
      if (round > 0) {
        disturb();
        delete(queries.metric());
      }
      tested.settle(STAGES.get(round));
      compare();
    }
  }

  private void write(List<TenantPoint> points) {
    written.addAll(points);
    int from = 0;
    while (from < points.size()) {
      int to = Math.min(points.size(), from + 1 + random.nextInt(BATCH_POINTS_MAX));
      tested.write(points.subList(from, to));
      points.subList(from, to).forEach(this::writeToReference);
      from = to;
    }
  }

  private void writeToReference(TenantPoint point) {
    PointBatch batch = new PointBatch(point.tenant(), 1);
    batch.add(
        reference.seriesHandle(point.tenant(), point.metricName(), point.dimensions()),
        point.timestampMillis(),
        point.value());
    reference.write(WriteRequest.unkeyed(batch));
  }

  /** Deletes, retention and time itself, in both stores alike. */
  private void disturb() {
    Metric metric = queries.metric();
    switch (random.nextInt(4)) {
      case 0 -> delete(metric);
      case 1 -> {
        Duration retention = newRetention(metric);
        tested.store().setRetention(metric.tenant(), metric.name(), retention);
        reference.setRetention(metric.tenant(), metric.name(), retention);
      }
      case 2 -> {
        enforced = true;
        tested.store().enforceRetention();
        reference.enforceRetention();
      }
      default -> tested.clock().advance(Duration.ofMinutes(random.nextInt(600)));
    }
  }

  /** With filters more often than not. */
  private void delete(Metric metric) {
    long before = written.get(random.nextInt(written.size())).timestampMillis();
    List<Filter> filters = random.nextInt(4) == 0 ? List.of() : queries.filters();
    DeleteRequest request = new DeleteRequest(metric.tenant(), metric.name(), before, filters);
    assertThat(tested.store().deleteBefore(request).points())
        .as("points of %s: %s", context, request)
        .isEqualTo(reference.deleteBefore(request).points());
  }

  /**
   * Once points may have been freed it only shortens: how many of them are gone is up to a store.
   */
  private Duration newRetention(Metric metric) {
    Duration retention = Duration.ofHours(random.nextInt(40, 200));
    Duration before =
        ownRetentions.getOrDefault(metric, RETENTION.retentionOf(metric.tenant(), metric.name()));
    Duration allowed = enforced && retention.compareTo(before) > 0 ? before : retention;
    ownRetentions.put(metric, allowed);
    return allowed;
  }

  private void compare() {
    for (int i = 0; i < questionsPerRound; i++) {
      compareAggregate(queries.aggregate());
      compareAggregate(queries.aggregate());
      compareRange(queries.range());
      compareRate(queries.rate());
      compareValues(queries.values());
      compareNames(queries.metric());
    }
  }

  private void compareAggregate(AggregateQuery query) {
    AggregateResult actual = tested.store().aggregate(query, control());
    AnswerCheck.check(
        context, query, expected(reference.explain(query, control()), actual.stats()), actual);
  }

  /** Without the series, if that is what the store may leave out and does. */
  private ExactAnswer expected(ExactAnswer exact, ScanStats actual) {
    if (!tested.leavesOutSeries() || actual.series().isPresent()) {
      return exact;
    }
    long points = exact.stats().points();
    return new ExactAnswer(exact.groups(), new ScanStats(OptionalLong.empty(), points, 0, 0));
  }

  private void compareRate(RateQuery query) {
    AnswerCheck.check(
        context, query, reference.explain(query, control()), tested.store().rate(query, control()));
  }

  private void compareRange(RangeQuery query) {
    RangeResult whole = reference.queryRange(unlimited(query), control());
    int pagePoints = 1 + whole.points().size() / (1 + random.nextInt(12));
    List<MetricPoint> collected = new ArrayList<>();
    Optional<RangeCursor> after = Optional.empty();
    do {
      RangeResult page = tested.store().queryRange(page(query, pagePoints, after), control());
      collected.addAll(page.points());
      after = page.next();
      assertThat(page.points())
          .as("page of %d of %s: %s", pagePoints, context, query)
          .hasSizeLessThanOrEqualTo(pagePoints);
      if (after.isPresent()) {
        assertThat(page.points())
            .as("page of %d of %s: %s", pagePoints, context, query)
            .hasSize(pagePoints);
      }
    } while (after.isPresent() && collected.size() <= whole.points().size());
    assertThat(collected)
        .as("pages of %d of %s: %s", pagePoints, context, query)
        .isEqualTo(whole.points());
  }

  private static RangeQuery unlimited(RangeQuery query) {
    return page(query, Integer.MAX_VALUE, Optional.empty());
  }

  private static RangeQuery page(RangeQuery query, int limit, Optional<RangeCursor> after) {
    return new RangeQuery(
        query.tenant(), query.metricName(), query.range(), query.filters(), limit, after);
  }

  private void compareValues(ValuesQuery query) {
    assertThat(tested.store().listDimensionValues(query, control()))
        .as("%s: %s", context, query)
        .isEqualTo(reference.listDimensionValues(query, control()));
  }

  private static KeysResult keys(MetricsStore store, Metric metric, List<Filter> filters) {
    return store.listDimensionKeys(metric.tenant(), metric.name(), filters, KEYS_MAX, control());
  }

  private void compareNames(Metric metric) {
    var filters = queries.filters();
    assertThat(keys(tested.store(), metric, filters))
        .as("%s: keys of %s with %s", context, metric.name(), filters)
        .isEqualTo(keys(reference, metric, filters));
    assertThat(tested.store().seriesBreakdown(metric.tenant(), metric.name(), filters, control()))
        .as("%s: breakdown of %s with %s", context, metric.name(), filters)
        .isEqualTo(reference.seriesBreakdown(metric.tenant(), metric.name(), filters, control()));
    var names = queries.metricNames();
    assertThat(tested.store().listMetrics(names, control()))
        .as("%s: %s", context, names)
        .isEqualTo(reference.listMetrics(names, control()));
  }

  private static QueryControl control() {
    return StoreFixture.control();
  }
}
