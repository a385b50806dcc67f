// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.MetricCardinality;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.index.SeriesDays;
import io.luminate.store.rocksdb.query.QueryExecutor;
import io.luminate.store.rocksdb.segment.CorruptSegmentException;
import io.luminate.store.rocksdb.segment.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many series of each metric count. An index has more series than have points; which of them
 * still do is looked up when a day went out of the retention or something was deleted, and series
 * that are new since then are added. So a series that comes back is counted from the next look on;
 * where days are followed, at once.
 *
 * <p>Concurrency: any number of threads may ask; two that find the same metric outdated look twice.
 */
final class SeriesFigures {
  /** Of one call, after which metrics keep their last figure: whoever asks again goes on. */
  private static final Duration LOOK_WITHIN = Duration.ofMillis(500);

  /** Of one metric, which else keeps the number of series in its index until the next day. */
  private static final Duration COUNT_WITHIN = Duration.ofSeconds(2);

  private final Engine engine;
  private final Snapshots snapshots;
  private final QueryExecutor executor;
  private final ConcurrentHashMap<Integer, Counted> counted = new ConcurrentHashMap<>();

  /**
   * What a look found.
   *
   * @param basis what it was about: it holds while that is the same
   * @param definedEver series that had come to the index by then
   */
  private record Counted(Basis basis, long definedEver, long series) {
    long now(long definedEverNow) {
      return series + Math.max(0, definedEverNow - definedEver);
    }
  }

  /**
   * @param firstDay the first that is kept
   * @param deletes of the metric, since the start
   */
  private record Basis(int firstDay, long deletes) {
    /** No metric has it. */
    static final Basis NONE = new Basis(Integer.MIN_VALUE, -1);
  }

  SeriesFigures(Engine engine, Snapshots snapshots, QueryExecutor executor) {
    this.engine = engine;
    this.snapshots = snapshots;
    this.executor = executor;
  }

  /** Of all metrics that have any, the one with most first. */
  List<MetricCardinality> all() {
    QueryControl patience = QueryControl.withTimeout(LOOK_WITHIN);
    List<MetricCardinality> metrics = new ArrayList<>();
    counted.keySet().removeIf(id -> engine.registry().nameOf(id).isEmpty());
    engine
        .registry()
        .forEachMetric(
            metric -> {
              long series = series(metric, patience);
              if (series > 0) {
                metrics.add(
                    new MetricCardinality(metric.name().tenant(), metric.name().metric(), series));
              }
            });
    metrics.sort(Comparator.comparingLong(MetricCardinality::series).reversed());
    return metrics;
  }

  private long series(SeriesRegistry.Known metric, QueryControl patience) {
    Counted last = counted.getOrDefault(metric.id(), new Counted(Basis.NONE, 0, 0));
    return patience.remaining().isZero() ? last.now(metric.definedEver()) : series(metric, last);
  }

  private long series(SeriesRegistry.Known metric, Counted last) {
    int firstDay = firstDay(metric.name());
    Optional<SeriesDays> days =
        metric.index().flatMap(MetricIndex::days).filter(SeriesDays::isComplete);
    if (days.isPresent()) {
      return days.get().count(firstDay, PartitionKey.dayOf(engine.options().clock().millis()));
    }
    Basis basis = new Basis(firstDay, engine.registry().counting().deletes(metric.id()));
    Counted now =
        last.basis().equals(basis)
            ? last
            : new Counted(basis, metric.definedEver(), look(metric, firstDay));
    counted.put(metric.id(), now);
    return now.now(metric.definedEver());
  }

  /** Of a metric that nobody has asked for since the start, only whether it has points is told. */
  private long look(SeriesRegistry.Known metric, int firstDay) {
    if (metric.index().isEmpty()) {
      OptionalInt last = snapshots.lastDay(metric.id());
      return last.isPresent() && last.getAsInt() >= firstDay ? metric.defined() : 0;
    }
    try (Snapshots.Lease lease = snapshots.wholeDays(metric.index().get())) {
      return executor.series(
          metric.defined(), lease.snapshot(), QueryControl.withTimeout(COUNT_WITHIN));
    } catch (CorruptSegmentException damage) {
      engine.damage().found(damage);
      return metric.defined();
    } catch (StoreException | StorageException tooMuch) {
      return metric.defined();
    }
  }

  private int firstDay(SeriesRegistry.Named name) {
    Duration kept = engine.retention().of(name.tenant(), name.metric());
    return PartitionKey.dayOf(engine.options().clock().millis() - kept.toMillis());
  }
}
