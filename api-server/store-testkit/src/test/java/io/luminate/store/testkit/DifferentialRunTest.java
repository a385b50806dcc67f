// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.model.Utf8Order;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.AggregateRow;
import io.luminate.store.Aggregation;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.KeysResult;
import io.luminate.store.MetricNamesResult;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.RangeCursor;
import io.luminate.store.RangeQuery;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.RateRow;
import io.luminate.store.ScanStats;
import io.luminate.store.SeriesBreakdown;
import io.luminate.store.ValuesResult;
import io.luminate.store.ValuesResult.ValueCount;
import io.luminate.store.WriteRequest;
import io.luminate.store.reference.ReferenceStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A random run finds a store that is wrong in one thing. */
final class DifferentialRunTest {
  private static final int QUESTIONS = 25;
  private static final int POINTS = 2_400;
  private static final int SEEDS = 6;

  @ParameterizedTest
  @EnumSource(Fault.class)
  void run_faultyStore_isFoundOut(Fault fault) {
    List<String> failures = new ArrayList<>();
    for (long seed = 1; seed <= SEEDS && failures.isEmpty(); seed++) {
      try (StoreFixture fixture = fixture(fault)) {
        new DifferentialRun(seed, POINTS, QUESTIONS, fixture).run();
      } catch (AssertionError failure) {
        failures.add(String.valueOf(failure.getMessage()));
      }
    }
    assertThat(failures).as("%s within seeds 1 to %d", fault, SEEDS).isNotEmpty();
    assertThat(failures.getFirst()).contains("seed ");
  }

  private static StoreFixture fixture(Fault fault) {
    return new StoreFixture(
        settings -> broken(new ReferenceStore(settings.clock(), settings.retention()), fault),
        (store, stage) -> store,
        Stage.HEAD,
        DifferentialRun.RETENTION);
  }

  private static MetricsStore broken(ReferenceStore real, Fault fault) {
    return (MetricsStore)
        Proxy.newProxyInstance(
            DifferentialRunTest.class.getClassLoader(),
            new Class<?>[] {MetricsStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals(fault.method) && fault.answer != null) {
                return fault.answer;
              }
              boolean hit = method.getName().equals(fault.method);
              if (hit) {
                arguments[0] = fault.request.apply(arguments[0]);
              }
              try {
                Object result = method.invoke(real, arguments);
                return hit ? fault.result.apply(result) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** One thing that a store gets wrong. */
  private enum Fault {
    IDENTICAL_POINTS_STORED_ONCE("write", r -> rewritten((WriteRequest) r, true, false)),
    NEGATIVE_ZERO_LOST("write", r -> rewritten((WriteRequest) r, false, true)),
    RANGE_START_EXCLUSIVE("queryRange", r -> rangeFrom((RangeQuery) r, 1)),
    CURSOR_FORGETS_REPEATS("queryRange", r -> withoutRepeats((RangeQuery) r)),
    AGGREGATE_END_EXCLUSIVE("aggregate", r -> endEarlier((AggregateQuery) r)),
    EMPTY_TEXT_MATCHES_NOTHING("aggregate", r -> withoutEmptyText((AggregateQuery) r)),
    MEDIAN_IS_AVERAGE("aggregate", r -> averageForMedian((AggregateQuery) r)),
    ONE_GROUP_TOO_FEW("aggregate", r -> oneFewer((AggregateQuery) r)),
    RATE_OF_A_SMALLER_RANGE("rate", r -> endEarlier((RateQuery) r)),
    SUM_OFF_BY_A_MILLIONTH("aggregate", x -> x, r -> scaled((AggregateResult) r)),
    COUNT_OFF_BY_ONE("aggregate", x -> x, r -> countedTwice((AggregateResult) r)),
    ROWS_BACKWARDS("aggregate", x -> x, r -> backwards((AggregateResult) r)),
    OVERFLOW_FOR_A_VALUE("aggregate", x -> x, r -> overflowed((AggregateResult) r)),
    STATS_OFF_BY_ONE("aggregate", x -> x, r -> withStats((AggregateResult) r)),
    LEFT_OUT_IS_NOT_SAID("rate", x -> x, r -> silent((RateResult) r)),
    RATE_OFF_BY_A_MILLIONTH("rate", x -> x, r -> scaled((RateResult) r)),
    FREQUENCY_OFF_BY_ONE("listDimensionValues", x -> x, r -> moreFrequent((ValuesResult) r)),
    NEVER_TRUNCATED("listDimensionValues", x -> x, r -> whole((ValuesResult) r)),
    KEY_WITHOUT_ITS_ABSENCE("seriesBreakdown", x -> x, r -> oneLeft((SeriesBreakdown) r)),
    NAMES_ALL_TOLD("listMetrics", x -> x, r -> allTold((MetricNamesResult) r)),
    KEYS_IN_UTF16_ORDER("listDimensionKeys", x -> x, r -> inUtf16Order((KeysResult) r)),
    DELETE_DOES_NOTHING(
        "deleteBefore",
        new DeleteReceipt(
            "delete-1",
            DeleteRequest.of(new TenantId("acme"), "m", 0),
            OptionalLong.of(0),
            Instant.EPOCH,
            Optional.of(Instant.EPOCH))),
    RETENTION_IS_IGNORED("setRetention", Instant.EPOCH);

    private final String method;
    private final UnaryOperator<Object> request;
    private final UnaryOperator<Object> result;
    private final Object answer;

    Fault(String method, UnaryOperator<Object> request) {
      this(method, request, x -> x);
    }

    Fault(String method, UnaryOperator<Object> request, UnaryOperator<Object> result) {
      this.method = method;
      this.request = request;
      this.result = result;
      this.answer = null;
    }

    /** The store answers this, and does nothing. */
    Fault(String method, Object answer) {
      this.method = method;
      this.request = x -> x;
      this.result = x -> x;
      this.answer = answer;
    }
  }

  private static WriteRequest rewritten(WriteRequest request, boolean once, boolean zero) {
    PointBatch old = request.batch();
    PointBatch batch = new PointBatch(old.tenant(), old.size());
    Set<List<Object>> seen = new HashSet<>();
    for (int i = 0; i < old.size(); i++) {
      double value = old.values()[i];
      if (seen.add(List.of(old.handles()[i], old.timestampsMillis()[i], value)) || !once) {
        batch.add(old.handles()[i], old.timestampsMillis()[i], zero ? value + 0.0 : value);
      }
    }
    return WriteRequest.unkeyed(batch);
  }

  private static MetricNamesResult allTold(MetricNamesResult result) {
    return new MetricNamesResult(result.names(), false);
  }

  private static RangeQuery rangeFrom(RangeQuery q, long laterMillis) {
    TimeRange range = q.range();
    long start = Math.min(range.startMillis() + laterMillis, range.endMillis());
    return new RangeQuery(
        q.tenant(),
        q.metricName(),
        new TimeRange(start, range.endMillis()),
        q.filters(),
        q.limit(),
        q.after());
  }

  private static RangeQuery withoutRepeats(RangeQuery q) {
    Optional<RangeCursor> after =
        q.after().map(c -> new RangeCursor(c.timestampMillis(), c.series(), c.value(), 1));
    return new RangeQuery(q.tenant(), q.metricName(), q.range(), q.filters(), q.limit(), after);
  }

  private static TimeRange shorter(TimeRange range) {
    return new TimeRange(range.startMillis(), Math.max(range.startMillis(), range.endMillis() - 1));
  }

  private static AggregateQuery endEarlier(AggregateQuery q) {
    return changed(q, shorter(q.range()), q.filters(), q.aggregation(), q.limit());
  }

  private static RateQuery endEarlier(RateQuery q) {
    return new RateQuery(
        q.tenant(),
        q.metricName(),
        shorter(q.range()),
        q.filters(),
        q.groupBy(),
        q.interval(),
        q.limit());
  }

  private static AggregateQuery withoutEmptyText(AggregateQuery q) {
    List<Filter> filters =
        q.filters().stream()
            .map(f -> f.values().contains("") ? Filter.equal(f.key(), "no such value") : f)
            .toList();
    return changed(q, q.range(), filters, q.aggregation(), q.limit());
  }

  private static AggregateQuery averageForMedian(AggregateQuery q) {
    Aggregation aggregation =
        q.aggregation() == Aggregation.P50 ? Aggregation.AVG : q.aggregation();
    return changed(q, q.range(), q.filters(), aggregation, q.limit());
  }

  private static AggregateQuery oneFewer(AggregateQuery q) {
    return changed(q, q.range(), q.filters(), q.aggregation(), Math.max(1, q.limit() - 1));
  }

  private static AggregateQuery changed(
      AggregateQuery q, TimeRange range, List<Filter> filters, Aggregation aggregation, int limit) {
    return new AggregateQuery(
        q.tenant(), q.metricName(), range, filters, aggregation, q.groupBy(), q.interval(), limit);
  }

  private static AggregateResult mapped(
      AggregateResult result, UnaryOperator<AggregateRow> change) {
    return withRows(result, result.rows().stream().map(change).toList());
  }

  private static AggregateResult withRows(AggregateResult result, List<AggregateRow> rows) {
    return new AggregateResult(rows, result.totalGroups(), result.rankError(), result.stats());
  }

  private static AggregateResult scaled(AggregateResult result) {
    return mapped(result, r -> withValue(r, OptionalDouble.of(r.value().orElse(0) * 1.000_001)));
  }

  private static AggregateResult overflowed(AggregateResult result) {
    return mapped(result, r -> withValue(r, OptionalDouble.empty()));
  }

  private static AggregateRow withValue(AggregateRow row, OptionalDouble value) {
    return new AggregateRow(row.bucketStartMillis(), row.groupKey(), value, row.count());
  }

  private static AggregateResult countedTwice(AggregateResult result) {
    return mapped(
        result,
        r -> new AggregateRow(r.bucketStartMillis(), r.groupKey(), r.value(), r.count() + 1));
  }

  private static AggregateResult backwards(AggregateResult result) {
    return withRows(result, result.rows().reversed());
  }

  private static AggregateResult withStats(AggregateResult result) {
    ScanStats stats = result.stats();
    return new AggregateResult(
        result.rows(),
        result.totalGroups(),
        result.rankError(),
        new ScanStats(stats.series(), stats.points() + 1, 0, 0));
  }

  private static RateResult silent(RateResult result) {
    return new RateResult(result.rows(), result.totalGroups(), result.stats().leavingOut(0, 0));
  }

  private static RateResult scaled(RateResult result) {
    List<RateRow> rows =
        result.rows().stream()
            .map(
                r ->
                    new RateRow(
                        r.bucketStartMillis(),
                        r.groupKey(),
                        OptionalDouble.of(r.rate().orElse(0) * 1.000_001)))
            .toList();
    return new RateResult(rows, result.totalGroups(), result.stats());
  }

  private static ValuesResult moreFrequent(ValuesResult result) {
    List<ValueCount> values =
        result.values().stream().map(v -> new ValueCount(v.value(), v.points() + 1)).toList();
    return new ValuesResult(values, result.truncated());
  }

  private static ValuesResult whole(ValuesResult result) {
    return new ValuesResult(result.values(), false);
  }

  private static SeriesBreakdown oneLeft(SeriesBreakdown breakdown) {
    List<SeriesBreakdown.KeyShare> keys =
        breakdown.keys().stream()
            .map(key -> new SeriesBreakdown.KeyShare(key.name(), key.values(), 1))
            .toList();
    return new SeriesBreakdown(breakdown.series(), keys, breakdown.moreKeys(), breakdown.days());
  }

  private static KeysResult inUtf16Order(KeysResult result) {
    assertThat(result.keys()).isSortedAccordingTo(Utf8Order.COMPARATOR);
    return new KeysResult(
        result.keys().stream().sorted(Comparator.naturalOrder()).toList(), result.truncated());
  }
}
