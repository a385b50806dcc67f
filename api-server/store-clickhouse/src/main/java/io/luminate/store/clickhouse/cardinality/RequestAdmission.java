// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import io.luminate.model.SeriesHash;
import io.luminate.store.AdmissionRule;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesAdmission.Admitted;
import io.luminate.store.SeriesAdmission.Refused;
import io.luminate.store.SeriesName;
import io.luminate.store.SeriesRequest;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import io.luminate.store.clickhouse.write.PointWriter;
import io.luminate.store.clickhouse.write.series.SeriesTable;
import io.luminate.store.clickhouse.write.series.SeriesTable.Sought;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Lets the series of one request in, or not. For one thread. */
final class RequestAdmission implements AdmissionRule.Source {
  private final Cardinality cardinality;
  private final PointWriter writer;
  private final SeriesTable table;
  private final StoredSeries stored;
  private final SeriesRequest request;
  private final int today;
  private final TenantMetrics tenantMetrics;
  private final Patience patience;
  private final Map<String, Metric> metrics = new HashMap<>();
  private Optional<Refused> metricsFull = Optional.empty();

  /** What is looked up once for all of the request's series of a metric. */
  private static final class Metric {
    final MetricName name;
    final MetricCount count;
    final SeriesTable.Seeker seeker;
    final int firstDay;

    /** Among the tenant's metrics. */
    boolean entered;

    Optional<Refused> refusal = Optional.empty();

    /** Series that ClickHouse was asked about. */
    final Set<SeriesHash> asked = new HashSet<>();

    /** Those that it has. */
    final Set<SeriesHash> present = new HashSet<>();

    boolean askedForAll;

    Metric(MetricName name, MetricCount count, SeriesTable.Seeker seeker, int firstDay) {
      this.name = name;
      this.count = count;
      this.seeker = seeker;
      this.firstDay = firstDay;
    }
  }

  RequestAdmission(
      Cardinality cardinality,
      PointWriter writer,
      StoredSeries stored,
      SeriesRequest request,
      int today) {
    this.cardinality = cardinality;
    this.writer = writer;
    this.table = writer.series();
    this.stored = stored;
    this.request = request;
    this.today = today;
    this.tenantMetrics = cardinality.metricsOf(request.tenant());
    this.patience = new Patience(tenantMetrics);
  }

  List<SeriesAdmission> answers() {
    List<SeriesAdmission> answers = AdmissionRule.apply(request, this);
    metrics.values().forEach(metric -> cardinality.keep(metric.name, metric.count));
    return answers;
  }

  @Override
  public SeriesAdmission offer(SeriesName series, long seriesMax) {
    Metric metric = metric(series.metricName());
    Sought sought = metric.seeker.seek(series.dimensions());
    long remembered = sought.remembered();
    if (isRemembered(remembered)) {
      return new Admitted(remembered);
    }
    if (remembered != 0
        && !table.isStale(remembered)
        && table.dayOf(remembered) >= metric.firstDay) {
      meetAgain(metric);
      return counted(metric, sought);
    }
    cardinality.met(metric.count, series.dimensions());
    return enter(metric, seriesMax)
        .<SeriesAdmission>map(noMetric -> noMetric)
        .orElseGet(() -> offerUnknown(metric, sought, seriesMax));
  }

  /** Since the day began, and the last delete. */
  private boolean isRemembered(long handle) {
    return handle != 0 && table.isGood(handle);
  }

  /** On a new day, on which remembered series may be all that come of the metric. */
  private void meetAgain(Metric metric) {
    if (!metric.entered && request.limits().metricsMax() != Long.MAX_VALUE) {
      tenantMetrics.meetAgain(metric.name.metric(), today);
      metric.entered = true;
    }
  }

  private Metric metric(String name) {
    return metrics.computeIfAbsent(
        name,
        n -> {
          MetricName of = new MetricName(request.tenant(), n);
          return new Metric(
              of,
              cardinality.count(of),
              table.seeker(request.tenant(), n),
              cardinality.firstDay(of));
        });
  }

  private Optional<Refused> enter(Metric metric, long seriesMax) {
    long metricsMax = request.limits().metricsMax();
    // Where none of its series comes in, the metric does not begin either.
    if (metric.entered || metricsMax == Long.MAX_VALUE || seriesMax == 0) {
      return Optional.empty();
    }
    String name = metric.name.metric();
    if (metricsFull.isPresent() && !tenantMetrics.has(name, this::firstDay)) {
      return metricsFull;
    }
    TenantMetrics.Entry entry =
        patience.within(
            within -> tenantMetrics.enter(name, today, metricsMax, this::firstDay, within));
    metric.entered = entry.in();
    if (!entry.answered()) {
      cardinality.leaveUnanswered(1);
    }
    metricsFull =
        entry.in() ? metricsFull : Optional.of(Refused.metrics(metricsMax, entry.metrics()));
    return entry.in() ? Optional.empty() : metricsFull;
  }

  private int firstDay(String metric) {
    return cardinality.firstDay(new MetricName(request.tenant(), metric));
  }

  private SeriesAdmission offerUnknown(Metric metric, Sought sought, long seriesMax) {
    if (seriesMax == Long.MAX_VALUE) {
      return counted(metric, sought);
    }
    MetricCount count = metric.count;
    if (!isCounted(metric, seriesMax)) {
      cardinality.leaveUnanswered(1);
      return counted(metric, sought);
    }
    if (count.addFarBelow(seriesMax, sought.hash(), today)) {
      return admitted(sought);
    }
    if (isPresent(metric, sought)) {
      return counted(metric, sought);
    }
    return count.addBelow(seriesMax, sought.hash(), today)
        ? admitted(sought)
        : refusal(metric, seriesMax);
  }

  private boolean isCounted(Metric metric, long seriesMax) {
    return !metric.count.isOutdated(seriesMax)
        || patience.within(
            within ->
                cardinality.exchange(
                    metric.name, metric.count, metric.firstDay, seriesMax, within));
  }

  private Admitted counted(Metric metric, Sought sought) {
    metric.count.add(sought.hash(), today);
    return admitted(sought);
  }

  private Admitted admitted(Sought sought) {
    return new Admitted(writer.seriesHandle(sought));
  }

  private static Refused refusal(Metric metric, long seriesMax) {
    Refused refused =
        metric.refusal.orElseGet(
            () ->
                Refused.series(
                    metric.name.metric(),
                    seriesMax,
                    metric.count.series(),
                    metric.count.keysByGrowth().stream().findFirst()));
    metric.refusal = Optional.of(refused);
    return refused;
  }

  private boolean isPresent(Metric metric, Sought sought) {
    if (!metric.asked.contains(sought.hash())) {
      lookUp(metric, sought);
    }
    return metric.present.contains(sought.hash());
  }

  /** All of the request's series of the metric that are not remembered, as one is asked for. */
  private void lookUp(Metric metric, Sought wanted) {
    Set<SeriesName> unknown =
        new HashSet<>(Set.of(new SeriesName(wanted.metric(), wanted.dimensions())));
    if (!metric.askedForAll) {
      unknown.addAll(unremembered(metric));
      metric.askedForAll = true;
    }
    List<SeriesHash> hashes = new ArrayList<>();
    unknown.forEach(series -> hashes.add(series.dimensions().hash()));
    metric.asked.addAll(hashes);
    Optional<Set<SeriesHash>> present = patience.within(within -> present(metric, unknown, within));
    if (present.isEmpty()) {
      cardinality.leaveUnanswered(unknown.size());
    }
    metric.present.addAll(present.orElseGet(() -> Set.copyOf(hashes)));
  }

  /** Empty without an answer. */
  private Optional<Set<SeriesHash>> present(
      Metric metric, Set<SeriesName> unknown, Duration within) {
    if (within.isZero()) {
      return Optional.empty();
    }
    long beganNanos = System.nanoTime();
    try {
      String name = metric.name.metric();
      return Optional.of(stored.present(request.tenant(), name, unknown, metric.firstDay, within));
    } catch (ClickHouseFailure e) {
      tenantMetrics.failed(beganNanos);
      return Optional.empty();
    }
  }

  private List<SeriesName> unremembered(Metric metric) {
    return request.series().stream()
        .filter(series -> series.metricName().equals(metric.name.metric()))
        .filter(series -> !isRemembered(metric.seeker.seek(series.dimensions()).remembered()))
        .toList();
  }

  @Override
  public List<String> keysByGrowth(String metricName) {
    return metric(metricName).count.keysByGrowth();
  }
}
