// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.TenantId;
import io.luminate.store.AdmissionRule;
import io.luminate.store.QueryControl;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesAdmission.Admitted;
import io.luminate.store.SeriesAdmission.Reason;
import io.luminate.store.SeriesAdmission.Refused;
import io.luminate.store.SeriesName;
import io.luminate.store.SeriesRequest;
import io.luminate.store.StoreException;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.index.ForgottenMetricException;
import io.luminate.store.rocksdb.index.IndexMemory;
import io.luminate.store.rocksdb.index.KeyGrowth;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.index.SeriesDays;
import io.luminate.store.rocksdb.query.QueryExecutor;
import io.luminate.store.rocksdb.segment.CorruptSegmentException;
import io.luminate.store.rocksdb.segment.StorageException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Lets series into the index. While a metric's index has no more series than it may have, nothing
 * needs counting: it holds all that have points. Only past that it is looked up, once, on which day
 * each of them last had a point, and followed from then on. Where that look-up fails, new series
 * are let in and counted as such: a limit protects, and must not lose points.
 */
final class SeriesGate {
  private static final System.Logger LOG = System.getLogger(SeriesGate.class.getName());

  /** To read the series of every point of a metric once. */
  private static final Duration COUNT_WITHIN = Duration.ofSeconds(30);

  private static final int LOCKS = 64;

  private final Engine engine;
  private final SeriesRegistry registry;
  private final Snapshots snapshots;
  private final QueryExecutor executor;
  private final UnansweredCounts unanswered;

  /** Of metrics, while their series are counted for the first time. */
  private final Object[] locks = new Object[LOCKS];

  SeriesGate(Engine engine, Snapshots snapshots, QueryExecutor executor) {
    this.engine = engine;
    this.registry = engine.registry();
    this.snapshots = snapshots;
    this.executor = executor;
    this.unanswered = new UnansweredCounts(engine.options().clock());
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new Object();
    }
  }

  List<SeriesAdmission> admit(SeriesRequest request) {
    return AdmissionRule.apply(request, new Source(request));
  }

  /** New series that were let in though nobody could count those that there are. */
  long unansweredSeries() {
    return unanswered.series();
  }

  /** For one request. */
  private final class Source implements AdmissionRule.Source {
    private final TenantId tenant;
    private final IndexMemory memory;
    private final long metricsMax;
    private final int epoch = engine.epochs().current();
    private final int today = PartitionKey.dayOf(engine.options().clock().millis());

    /** By metric: a flood of new series needs one. */
    private final Map<String, Refused> refusals = new HashMap<>();

    private final Map<String, Refused> memoryRefusals = new HashMap<>();

    private Optional<Refused> metricsFull = Optional.empty();

    Source(SeriesRequest request) {
      this.tenant = request.tenant();
      this.memory = registry.memory(tenant);
      this.metricsMax = request.limits().metricsMax();
    }

    @Override
    public SeriesAdmission offer(SeriesName series, long seriesMax) {
      return offer(series, seriesMax, false);
    }

    @Override
    public SeriesAdmission offerLast(SeriesName series) {
      return offer(series, Long.MAX_VALUE, true);
    }

    private SeriesAdmission offer(SeriesName series, long seriesMax, boolean last) {
      while (true) {
        try {
          return offerNow(series, seriesMax, last);
        } catch (ForgottenMetricException e) {
          // As soon as it is away it is a new one.
          Thread.yield();
        }
      }
    }

    private SeriesAdmission offerNow(SeriesName series, long seriesMax, boolean last) {
      String metric = series.metricName();
      Optional<MetricIndex> known = registry.find(tenant, metric);
      if (known.isPresent() && registry.ids(tenant).size() <= metricsMax) {
        return offer(known.get(), series, seriesMax, last);
      }
      if (known.isEmpty() && seriesMax == 0) {
        return Refused.series(metric, 0, 0, Optional.empty());
      }
      Optional<Refused> refused = enterMetric(metric, known, last);
      return refused.isPresent()
          ? refused.get()
          : offer(registry.resolve(tenant, metric), series, seriesMax, last);
    }

    @Override
    public List<String> keysByGrowth(String metricName) {
      return registry.find(tenant, metricName).stream()
          .flatMap(index -> index.keyGrowth().keys().stream())
          .map(KeyGrowth.Key::name)
          .toList();
    }

    private Optional<Refused> enterMetric(
        String metric, Optional<MetricIndex> known, boolean last) {
      Set<Integer> ids = registry.ids(tenant);
      synchronized (ids) {
        boolean fits = ids.size() + (known.isPresent() ? 0 : 1) <= metricsMax;
        if (!fits && !known.map(this::counts).orElse(false)) {
          Optional<Refused> full = metricsFull.isPresent() ? metricsFull : metricsFull(ids);
          metricsFull = full;
          if (full.isPresent()) {
            return full;
          }
        }
        Optional<Refused> full =
            known.isPresent()
                ? Optional.empty()
                : noRoom(metric, MetricIndex.FIXED_BYTES, registry.isFull(), last);
        if (full.isPresent()) {
          return full;
        }
        registry.counting().enter(registry.resolve(tenant, metric).metricId(), today);
        return Optional.empty();
      }
    }

    private boolean counts(MetricIndex index) {
      return !followMetrics(Set.of(index.metricId())) || countsNow(index.metricId());
    }

    private boolean countsNow(int metricId) {
      return registry.counting().counts(metricId, firstDay(metricId), today);
    }

    private Optional<Refused> metricsFull(Set<Integer> ids) {
      if (!followMetrics(ids)) {
        unanswered.letIn();
        return Optional.empty();
      }
      long metrics = ids.stream().filter(this::countsNow).count();
      return metrics < metricsMax
          ? Optional.empty()
          : Optional.of(Refused.metrics(metricsMax, metrics));
    }

    private SeriesAdmission offer(
        MetricIndex index, SeriesName series, long seriesMax, boolean last) {
      int known = index.find(series.dimensions());
      if (known < 0) {
        long moreBytes = index.growthBytes(series.dimensions(), last);
        Optional<Refused> full = noRoom(series.metricName(), moreBytes, index.isFull(), last);
        if (full.isPresent()) {
          return full.get();
        }
      }
      if (index.size() <= seriesMax) {
        int ordinal = index.resolve(series.dimensions(), seriesMax);
        if (ordinal >= 0) {
          if (known < 0) {
            countFollowed(index, ordinal);
          }
          return admitted(index, ordinal);
        }
      }
      return offerCounted(index, series, seriesMax);
    }

    /** Its first points are under way; who begins to follow days later finds it by itself. */
    private void countFollowed(MetricIndex index, int ordinal) {
      index
          .days()
          .ifPresent(
              days -> days.enter(ordinal, firstDay(index.metricId()), today, Long.MAX_VALUE));
    }

    /**
     * @param numbered whether all numbers are given out
     */
    private Optional<Refused> noRoom(
        String metric, long moreBytes, boolean numbered, boolean last) {
      memory.comesNear().ifPresent(near -> warn(tenant, near));
      Optional<IndexMemory> full = numbered ? Optional.of(memory) : memory.fullFor(moreBytes, last);
      return full.map(of -> memoryRefusals.computeIfAbsent(metric, m -> noMemory(m, of)));
    }

    private SeriesAdmission offerCounted(MetricIndex index, SeriesName series, long seriesMax) {
      int firstDay = firstDay(index.metricId());
      while (true) {
        // Not under the lock of days that do not count any more: appliers may wait for that.
        Optional<SeriesDays> days = daysOf(index);
        if (days.isEmpty()) {
          return offerUncounted(index, series, seriesMax);
        }
        synchronized (days.get()) {
          if (!days.get().isReleased()) {
            return offerCounted(index, series, seriesMax, days.get(), firstDay);
          }
        }
      }
    }

    private SeriesAdmission offerUncounted(MetricIndex index, SeriesName series, long seriesMax) {
      boolean isNew = index.find(series.dimensions()) < 0;
      if (isNew && seriesMax == 0) {
        return Refused.series(series.metricName(), 0, index.size(), Optional.empty());
      }
      Admitted admitted = admitted(index, index.resolve(series.dimensions()));
      if (isNew) {
        unanswered.letIn();
      }
      return admitted;
    }

    private SeriesAdmission offerCounted(
        MetricIndex index, SeriesName series, long seriesMax, SeriesDays days, int firstDay) {
      int known = index.find(series.dimensions());
      if (known >= 0
          ? days.enter(known, firstDay, today, seriesMax)
          : days.count(firstDay, today) < seriesMax) {
        int ordinal = index.resolve(series.dimensions());
        days.enter(ordinal, firstDay, today, Long.MAX_VALUE);
        return admitted(index, ordinal);
      }
      return refusals.computeIfAbsent(
          series.metricName(),
          metric ->
              Refused.series(
                  metric,
                  seriesMax,
                  days.count(firstDay, today),
                  keysByGrowth(metric).stream().findFirst()));
    }

    private Admitted admitted(MetricIndex index, int ordinal) {
      return new Admitted(HandleEpochs.handle(epoch, index, ordinal));
    }

    /** One that is taken away keeps none. */
    private int firstDay(int metricId) {
      return registry
          .nameOf(metricId)
          .map(named -> engine.retention().of(named.tenant(), named.metric()))
          .map(kept -> PartitionKey.dayOf(engine.options().clock().millis() - kept.toMillis()))
          .orElse(Integer.MAX_VALUE);
    }
  }

  private static void warn(TenantId tenant, IndexMemory near) {
    LOG.log(
        System.Logger.Level.WARNING,
        "the index of {0} has {1} bytes of the heap, near its limit of {2}",
        near.isPart() ? "the series of tenant " + tenant.value() : "all series",
        Long.toString(near.bytes()),
        Long.toString(near.bytesMax()));
  }

  private static Refused noMemory(String metric, IndexMemory full) {
    long used = full.bytes();
    long most = full.bytesMax();
    return new Refused(
        Reason.MEMORY,
        (full.isPart() ? "the index of the tenant's series has " : "the index of all series has ")
            + used
            + " bytes of the heap, and may have "
            + most
            + ": new series are refused, those that exist are not",
        Map.of(
            "metric_name",
            metric,
            "limit",
            full.isPart() ? "max_index_bytes" : "index_bytes",
            "limit_bytes",
            most,
            "used_bytes",
            used));
  }

  /**
   * Points that come meanwhile are counted by whoever applies them, earlier ones by looking.
   *
   * @return whether that succeeded
   */
  private boolean followMetrics(Set<Integer> ids) {
    Counting counting = registry.counting();
    List<Integer> missing = ids.stream().filter(id -> !counting.follows(id)).toList();
    if (missing.isEmpty()) {
      return true;
    }
    engine.atBoundary(() -> missing.forEach(counting::follow));
    try {
      missing.forEach(id -> snapshots.lastDay(id).ifPresent(day -> counting.hadPoints(id, day)));
      return true;
    } catch (StorageException e) {
      found(e);
      missing.forEach(counting::unfollow);
      return false;
    }
  }

  private void found(RuntimeException failure) {
    if (failure instanceof CorruptSegmentException damage) {
      engine.damage().found(damage);
    }
  }

  /** Empty where they cannot be told just now. */
  private Optional<SeriesDays> daysOf(MetricIndex index) {
    Optional<SeriesDays> known = index.days().filter(SeriesDays::isComplete);
    if (known.isPresent() || unanswered.isFresh(index.metricId())) {
      return known;
    }
    synchronized (locks[index.metricId() % LOCKS]) {
      Optional<SeriesDays> counted = index.days().filter(SeriesDays::isComplete);
      boolean failed = unanswered.isFresh(index.metricId());
      return counted.isPresent() || failed ? counted : tryCount(index);
    }
  }

  private Optional<SeriesDays> tryCount(MetricIndex index) {
    try {
      return Optional.of(count(index));
    } catch (StoreException | StorageException e) {
      found(e);
      LOG.log(
          System.Logger.Level.WARNING,
          "the series of metric {0} of tenant {1} cannot be counted, new ones are let in: {2}",
          index.name(),
          index.tenant().value(),
          e.getMessage());
      unanswered.failed(index.metricId());
      index.forgetDays();
      return Optional.empty();
    }
  }

  private SeriesDays count(MetricIndex index) {
    AtomicReference<SeriesDays> following = new AtomicReference<>();
    engine.atBoundary(() -> following.set(registry.counting().follow(index)));
    SeriesDays days = following.get();
    int today = PartitionKey.dayOf(engine.options().clock().millis());
    index.forEachAwaited(ordinal -> days.enter(ordinal, today, today, Long.MAX_VALUE));
    try (Snapshots.Lease lease = snapshots.undeleted(index)) {
      executor.lastDays(lease.snapshot(), QueryControl.withTimeout(COUNT_WITHIN), days::touch);
    }
    days.complete();
    return days;
  }
}
