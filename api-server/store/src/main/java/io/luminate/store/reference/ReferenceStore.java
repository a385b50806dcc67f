// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.reference;

import io.luminate.model.Filter;
import io.luminate.model.MetricPoint;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.model.Utf8Order;
import io.luminate.store.AdmissionRule;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.AggregateRow;
import io.luminate.store.BodyHash;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.IdempotencyLedger;
import io.luminate.store.KeysResult;
import io.luminate.store.MetricCardinality;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricNamesResult;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeCursor;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.RateRow;
import io.luminate.store.RetentionReport;
import io.luminate.store.RetentionStatus;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesBreakdown;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesName;
import io.luminate.store.SeriesRequest;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import io.luminate.store.ValuesResult.ValueCount;
import io.luminate.store.WriteRequest;
import io.luminate.store.reference.StoredPoint.Series;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every point in one list; every question looks at all of them. Safe for concurrent use: one lock
 * guards all fields, and queries work on copies.
 */
public final class ReferenceStore implements MetricsStore {
  private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);
  private static final Duration IDEMPOTENCY_WINDOW = Duration.ofHours(1);

  /** Far above what a test uses; it protects a laptop that keeps the reference running. */
  private static final int IDEMPOTENCY_KEYS_MAX = 100_000;

  private record MetricId(TenantId tenant, String metricName) {}

  private final InstantSource clock;
  private final IdempotencyLedger ledger;
  private final Map<Series, Long> handles = new HashMap<>();
  private final List<Series> seriesByHandle = new ArrayList<>();
  private final List<StoredPoint> points = new ArrayList<>();

  /** Let in, and without a point yet. */
  private final Set<Series> underWay = new HashSet<>();

  private final ReferenceRetention retention;
  private final Map<String, DeleteReceipt> receipts = new HashMap<>();

  public ReferenceStore(InstantSource clock, RetentionPolicies policies) {
    this.clock = clock;
    this.retention = new ReferenceRetention(clock, policies);
    this.ledger = new IdempotencyLedger(clock, IDEMPOTENCY_WINDOW, IDEMPOTENCY_KEYS_MAX);
  }

  @Override
  public synchronized List<SeriesAdmission> admit(SeriesRequest request) {
    return AdmissionRule.apply(request, new Counted(request));
  }

  /** Looks at every point for every series. Under the lock. */
  private final class Counted implements AdmissionRule.Source {
    private final SeriesRequest request;

    Counted(SeriesRequest request) {
      this.request = request;
    }

    @Override
    public SeriesAdmission offer(SeriesName name, long seriesMax) {
      Series series = Series.of(request.tenant(), name.metricName(), name.dimensions());
      if (!request.limits().equals(SeriesLimits.NONE)) {
        Optional<SeriesAdmission> refused = refused(series, counting(), seriesMax);
        if (refused.isPresent()) {
          return refused.get();
        }
      }
      underWay.add(series);
      return new SeriesAdmission.Admitted(handleOf(series));
    }

    private Optional<SeriesAdmission> refused(
        Series series, List<Series> counting, long seriesMax) {
      if (counting.contains(series)) {
        return Optional.empty();
      }
      String metric = series.metricName();
      long ofMetric = counting.stream().filter(s -> s.metricName().equals(metric)).count();
      long metrics = counting.stream().map(Series::metricName).distinct().count();
      if (ofMetric == 0 && metrics >= request.limits().metricsMax()) {
        return Optional.of(SeriesAdmission.Refused.metrics(request.limits().metricsMax(), metrics));
      }
      Optional<String> fastest = keysByGrowth(metric).stream().findFirst();
      return ofMetric < seriesMax
          ? Optional.empty()
          : Optional.of(SeriesAdmission.Refused.series(metric, seriesMax, ofMetric, fastest));
    }

    private List<Series> counting() {
      return Stream.concat(
              points.stream().filter(ReferenceStore.this::inRetainedDay).map(StoredPoint::series),
              underWay.stream())
          .filter(s -> s.tenant().equals(request.tenant()))
          .distinct()
          .toList();
    }

    /** By how many values they have. */
    @Override
    public List<String> keysByGrowth(String metricName) {
      Map<String, Set<String>> values = new TreeMap<>(Utf8Order.COMPARATOR);
      counting().stream()
          .filter(s -> s.metricName().equals(metricName))
          .flatMap(s -> s.dimensions().asMap().entrySet().stream())
          .forEach(e -> values.computeIfAbsent(e.getKey(), k -> new HashSet<>()).add(e.getValue()));
      return values.entrySet().stream()
          .sorted(Comparator.comparingInt(e -> -e.getValue().size()))
          .map(Entry::getKey)
          .toList();
    }
  }

  private long handleOf(Series series) {
    return handles.computeIfAbsent(
        series,
        s -> {
          seriesByHandle.add(s);
          return seriesByHandle.size() - 1L;
        });
  }

  @Override
  public IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control) {
    return ledger.claim(tenant, key, body, control);
  }

  @Override
  public void write(WriteRequest request) {
    request
        .keyed()
        .ifPresentOrElse(
            keyed -> {
              IdempotencyLedger.Entry entry = ledger.entry(keyed.claim(), keyed.receipt());
              store(request.batch());
              ledger.record(keyed.claim(), entry);
            },
            () -> store(request.batch()));
  }

  private synchronized void store(PointBatch batch) {
    List<StoredPoint> added = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      Series series = seriesByHandle.get(Math.toIntExact(batch.handles()[i]));
      if (!series.tenant().equals(batch.tenant())) {
        throw new IllegalArgumentException(
            "series handle " + batch.handles()[i] + " belongs to another tenant");
      }
      added.add(new StoredPoint(series, batch.timestampsMillis()[i], batch.values()[i]));
    }
    points.addAll(added);
    added.forEach(point -> underWay.remove(point.series()));
  }

  @Override
  public RangeResult queryRange(RangeQuery query, QueryControl control) {
    List<StoredPoint> matching =
        visible(query.tenant(), query.metricName(), query.range(), query.filters(), control)
            .stream()
            .sorted(StoredPoint.RANGE_ORDER)
            .toList();
    int from = query.after().map(cursor -> RangePages.positionAfter(matching, cursor)).orElse(0);
    int to = RangePages.end(matching, from, query.limit());
    List<MetricPoint> page =
        matching.subList(from, to).stream()
            .map(p -> new MetricPoint(p.timestampMillis(), p.value(), p.series().dimensions()))
            .toList();
    Optional<RangeCursor> next =
        to < matching.size() ? Optional.of(RangePages.cursorAt(matching, to)) : Optional.empty();
    return new RangeResult(page, next, ExactQueries.stats(matching));
  }

  @Override
  public AggregateResult aggregate(AggregateQuery query, QueryControl control) {
    ExactAnswer answer = explain(query, control);
    List<AggregateRow> rows = new ArrayList<>();
    for (ExactGroup group : answer.top(query.limit())) {
      if (query.interval().isEmpty()) {
        rows.add(row(OptionalLong.empty(), group, group.total()));
      }
      group.buckets().forEach((start, v) -> rows.add(row(OptionalLong.of(start), group, v)));
    }
    return new AggregateResult(
        rows, answer.groups().size(), OptionalDouble.empty(), answer.stats());
  }

  private static AggregateRow row(OptionalLong start, ExactGroup group, ExactValue value) {
    return new AggregateRow(start, group.groupKey(), value.result(), value.count());
  }

  /** The whole exact answer, for comparison: all groups, with tolerances. */
  public ExactAnswer explain(AggregateQuery query, QueryControl control) {
    return ExactQueries.aggregate(
        query,
        visible(
            query.tenant(), query.metricName(), query.effectiveRange(), query.filters(), control));
  }

  @Override
  public RateResult rate(RateQuery query, QueryControl control) {
    ExactAnswer answer = explain(query, control);
    List<RateRow> rows = new ArrayList<>();
    for (ExactGroup group : answer.top(query.limit())) {
      group
          .buckets()
          .forEach((start, v) -> rows.add(new RateRow(start, group.groupKey(), v.result())));
    }
    return new RateResult(rows, answer.groups().size(), answer.stats());
  }

  /** The whole exact answer, for comparison; a group's total is its increase over all buckets. */
  public ExactAnswer explain(RateQuery query, QueryControl control) {
    return ExactQueries.rate(
        query,
        visible(query.tenant(), query.metricName(), query.readRange(), query.filters(), control));
  }

  @Override
  public MetricNamesResult listMetrics(MetricNamesQuery query, QueryControl control) {
    return MetricNamesResult.ofFirst(
        query.limit(),
        sorted(
            discoverable(
                    s -> s.tenant().equals(query.tenant()) && matches(query.filters(), s), control)
                .stream()
                .map(p -> p.series().metricName())
                .filter(name -> name.startsWith(query.prefix()))
                .toList()));
  }

  @Override
  public KeysResult listDimensionKeys(
      TenantId tenant, String metricName, List<Filter> filters, int limit, QueryControl control) {
    return KeysResult.ofFirst(
        limit,
        sorted(
            discoverable(p -> isOf(tenant, metricName, p) && matches(filters, p), control).stream()
                .flatMap(p -> p.series().dimensions().asMap().keySet().stream())
                .toList()));
  }

  private static List<String> sorted(List<String> texts) {
    return texts.stream().distinct().sorted(Utf8Order.COMPARATOR).toList();
  }

  @Override
  public ValuesResult listDimensionValues(ValuesQuery query, QueryControl control) {
    Map<String, Long> counts =
        discoverable(
                p -> isOf(query.tenant(), query.metricName(), p) && matches(query.filters(), p),
                control)
            .stream()
            .flatMap(p -> p.series().dimensions().get(query.key()).stream())
            .filter(value -> value.startsWith(query.prefix()))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    List<ValueCount> byFrequency =
        counts.entrySet().stream()
            .sorted(
                Entry.<String, Long>comparingByValue()
                    .reversed()
                    .thenComparing(Entry.comparingByKey(Utf8Order.COMPARATOR)))
            .map(e -> new ValueCount(e.getKey(), e.getValue()))
            .toList();
    boolean truncated = byFrequency.size() > query.limit();
    return new ValuesResult(
        truncated ? byFrequency.subList(0, query.limit()) : byFrequency, truncated);
  }

  @Override
  public SeriesBreakdown seriesBreakdown(
      TenantId tenant, String metricName, List<Filter> filters, QueryControl control) {
    return ExactBreakdown.of(
        discoverable(s -> isOf(tenant, metricName, s) && matches(filters, s), control));
  }

  @Override
  public synchronized DeleteReceipt deleteBefore(DeleteRequest request) {
    Predicate<StoredPoint> gone =
        p ->
            isOf(request.tenant(), request.metricName(), p.series())
                && p.timestampMillis() < request.beforeMillis()
                && matches(request.filters(), p.series());
    long seen =
        points.stream()
            .filter(gone)
            .filter(p -> p.timestampMillis() >= retainedFromMillis(p.series()))
            .count();
    points.removeIf(gone);
    Instant now = clock.instant();
    String id = "delete-" + (receipts.size() + 1);
    DeleteReceipt receipt =
        new DeleteReceipt(id, request, OptionalLong.of(seen), now, Optional.of(now));
    receipts.put(id, receipt);
    return receipt;
  }

  @Override
  public synchronized Optional<DeleteReceipt> findDelete(TenantId tenant, String operationId) {
    return Optional.ofNullable(receipts.get(operationId))
        .filter(receipt -> receipt.request().tenant().equals(tenant));
  }

  @Override
  public synchronized Instant setRetention(TenantId tenant, String metricName, Duration retention) {
    return this.retention.set(tenant, metricName, retention);
  }

  @Override
  public synchronized OptionalLong ownRetentions(TenantId tenant) {
    return OptionalLong.of(retention.ownOf(tenant));
  }

  @Override
  public synchronized void applyRetention(RetentionRules rules) {
    retention.apply(rules);
  }

  @Override
  public synchronized RetentionReport enforceRetention() {
    int before = points.size();
    points.removeIf(p -> !inDayOf(p, retention.bytesFromMillis(p.series())));
    return new RetentionReport(
        Optional.of(new RetentionReport.Freed(0, before - points.size(), 0)), retentionStatus());
  }

  @Override
  public synchronized RetentionStatus retentionStatus() {
    return retention.status();
  }

  @Override
  public synchronized StoreStats stats() {
    long series =
        points.stream().filter(this::inRetainedDay).map(StoredPoint::series).distinct().count();
    return new StoreStats(series, points.size(), 0);
  }

  @Override
  public synchronized StoreStats stats(TenantId tenant) {
    List<StoredPoint> counted =
        points.stream().filter(p -> p.series().tenant().equals(tenant)).toList();
    long series = counted.stream().map(StoredPoint::series).distinct().count();
    return new StoreStats(series, counted.size(), 0);
  }

  @Override
  public synchronized List<MetricCardinality> largestMetrics(int limit) {
    return points.stream()
        .filter(this::inRetainedDay)
        .map(StoredPoint::series)
        .distinct()
        .collect(
            Collectors.groupingBy(
                s -> new MetricId(s.tenant(), s.metricName()), Collectors.counting()))
        .entrySet()
        .stream()
        .map(e -> new MetricCardinality(e.getKey().tenant(), e.getKey().metricName(), e.getValue()))
        .sorted(
            Comparator.comparingLong(MetricCardinality::series)
                .reversed()
                .thenComparing(MetricCardinality::tenant)
                .thenComparing(MetricCardinality::metricName, Utf8Order.COMPARATOR))
        .limit(limit)
        .toList();
  }

  @Override
  public StoreHealth health() {
    return new StoreHealth.Healthy(0);
  }

  @Override
  public void close() {}

  /** Points that a query sees: retention clips them to the millisecond. */
  private synchronized List<StoredPoint> visible(
      TenantId tenant,
      String metricName,
      TimeRange range,
      List<Filter> filters,
      QueryControl control) {
    List<StoredPoint> found = new ArrayList<>();
    Predicate<Series> wanted =
        once(series -> isOf(tenant, metricName, series) && matches(filters, series));
    long fromMillis = retainedFromMillis(tenant, metricName);
    control.checkpoint();
    for (StoredPoint point : points) {
      control.checkpoint();
      if (range.contains(point.timestampMillis())
          && point.timestampMillis() >= fromMillis
          && wanted.test(point.series())) {
        found.add(point);
      }
    }
    return found;
  }

  /** Points that discovery counts: all of a UTC day any part of which is retained. */
  private synchronized List<StoredPoint> discoverable(
      Predicate<Series> wanted, QueryControl control) {
    List<StoredPoint> found = new ArrayList<>();
    // Found once for each series: there are many more points.
    Map<Series, Long> fromMillis = new HashMap<>();
    Function<Series, Long> retained = s -> wanted.test(s) ? retainedFromMillis(s) : Long.MAX_VALUE;
    control.checkpoint();
    for (StoredPoint point : points) {
      control.checkpoint();
      if (inDayOf(point, fromMillis.computeIfAbsent(point.series(), retained))) {
        found.add(point);
      }
    }
    return found;
  }

  /** Asks once for each series: there are many more points. */
  private static Predicate<Series> once(Predicate<Series> wanted) {
    Map<Series, Boolean> known = new HashMap<>();
    return series -> known.computeIfAbsent(series, wanted::test);
  }

  private boolean inRetainedDay(StoredPoint point) {
    return inDayOf(point, retainedFromMillis(point.series()));
  }

  /** Whether it lies in the UTC day of the instant, or later. */
  private static boolean inDayOf(StoredPoint point, long millis) {
    return Math.floorDiv(point.timestampMillis(), DAY_MILLIS) >= Math.floorDiv(millis, DAY_MILLIS);
  }

  private long retainedFromMillis(Series series) {
    return retainedFromMillis(series.tenant(), series.metricName());
  }

  private long retainedFromMillis(TenantId tenant, String metricName) {
    return clock.millis() - retention.of(tenant, metricName).toMillis();
  }

  private static boolean isOf(TenantId tenant, String metricName, Series series) {
    return series.tenant().equals(tenant) && series.metricName().equals(metricName);
  }

  private static boolean matches(List<Filter> filters, Series series) {
    return filters.stream().allMatch(f -> f.matches(series.dimensions()));
  }
}
