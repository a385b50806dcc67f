// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import io.luminate.model.TenantId;
import io.luminate.server.config.TenantLimit;
import io.luminate.server.limits.TenantLimits;
import io.luminate.store.MetricCardinality;
import io.luminate.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then at how many series there are, and remembers what it saw: asking the store may
 * be costly, and what grows can only be told from what was.
 *
 * <p>Concurrency: one thread looks; meanwhile others get what was seen before, if anything was.
 */
public final class SeriesWatch {
  /** Of a tenant's metrics; protects replies about thousands of tenants. */
  public static final int SHOWN_PER_TENANT_MAX = 10;

  private static final int SHOWN_MAX = 20;

  private static final Logger LOG = LoggerFactory.getLogger(SeriesWatch.class);

  /**
   * @param reading empty: the store was away, or had not counted yet
   */
  private record Seen(long atMillis, Optional<SeriesReading> reading) {}

  private final SeriesCounts counts;
  private final Function<TenantId, TenantLimits> limits;
  private final long ageMillisMax;
  private final InstantSource clock;
  private final NearLimits<LimitUse> nearLimits;
  private final HourlyCounts hourly = new HourlyCounts();
  private final ReentrantLock looking = new ReentrantLock();
  private volatile Optional<Seen> seen = Optional.empty();

  /**
   * @param limits in force at the moment
   * @param age how old figures may be; zero: they are asked for each time
   */
  public SeriesWatch(
      SeriesCounts counts,
      Function<TenantId, TenantLimits> limits,
      Duration age,
      InstantSource clock) {
    this.counts = counts;
    this.limits = limits;
    this.ageMillisMax = age.toMillis();
    this.clock = clock;
    this.nearLimits = new NearLimits<>(Duration.ZERO, clock);
  }

  /**
   * What there is; empty while the store is away or has not counted. Waits where nothing is known.
   */
  public Optional<SeriesReading> look() {
    Optional<Seen> before = seen;
    if (before.filter(this::isFresh).isPresent()) {
      return before.get().reading;
    }
    if (before.isEmpty()) {
      looking.lock();
    } else if (!looking.tryLock()) {
      return before.get().reading;
    }
    try {
      return again();
    } finally {
      looking.unlock();
    }
  }

  private Optional<SeriesReading> again() {
    Seen now = seen.filter(this::isFresh).orElseGet(() -> new Seen(clock.millis(), read()));
    seen = Optional.of(now);
    return now.reading;
  }

  private boolean isFresh(Seen earlier) {
    return Math.abs(clock.millis() - earlier.atMillis) < ageMillisMax;
  }

  private Optional<SeriesReading> read() {
    try {
      return Optional.of(reading(clock.instant(), counts.count()));
    } catch (StoreException away) {
      LOG.info("no figures of the store: {}", away.getMessage());
      return Optional.empty();
    }
  }

  private SeriesReading reading(Instant now, SeriesCounts.Counted counted) {
    Map<TenantId, List<LimitUse>> series = new HashMap<>();
    for (MetricCardinality metric : counted.metrics()) {
      long max = limits.apply(metric.tenant()).value(TenantLimit.MAX_SERIES);
      LimitUse.Key key = LimitUse.Key.ofSeries(metric.tenant(), metric.metricName());
      series
          .computeIfAbsent(metric.tenant(), tenant -> new ArrayList<>())
          .add(new LimitUse(key, metric.series(), max));
    }
    Map<TenantId, LimitUse> metrics = HashMap.newHashMap(series.size());
    series.forEach((tenant, uses) -> metrics.put(tenant, metrics(tenant, uses.size())));
    Map<TenantId, List<LimitUse>> near = near(series, metrics);
    hourly.add(now, shown(series, metrics));
    Map<TenantId, TenantSeries> tenants = HashMap.newHashMap(series.size());
    metrics.forEach(
        (tenant, use) ->
            tenants.put(
                tenant,
                new TenantSeries(
                    grown(use, now),
                    shown(series.getOrDefault(tenant, List.of())).stream()
                        .map(one -> grown(one, now))
                        .toList(),
                    near.getOrDefault(tenant, List.of()))));
    List<MetricCardinality> largest = counted.metrics().stream().limit(SHOWN_MAX).toList();
    return new SeriesReading(now, counted.stats(), counted.whole(), largest, tenants);
  }

  private LimitUse metrics(TenantId tenant, int count) {
    long max = limits.apply(tenant).value(TenantLimit.MAX_METRICS);
    return new LimitUse(LimitUse.Key.ofMetrics(tenant), count, max);
  }

  private TenantSeries.Counted grown(LimitUse use, Instant now) {
    return new TenantSeries.Counted(use, hourly.growth(use, now));
  }

  private Map<TenantId, List<LimitUse>> near(
      Map<TenantId, List<LimitUse>> series, Map<TenantId, LimitUse> metrics) {
    List<LimitUse> uses = new ArrayList<>();
    series.values().stream().flatMap(List::stream).filter(use -> !use.isFar()).forEach(uses::add);
    metrics.values().stream().filter(use -> !use.isFar()).forEach(uses::add);
    Map<TenantId, List<LimitUse>> near = new HashMap<>();
    for (LimitUse use : nearLimits.look(uses)) {
      near.computeIfAbsent(use.key().tenant(), tenant -> new ArrayList<>()).add(use);
    }
    return near;
  }

  private static List<LimitUse> shown(
      Map<TenantId, List<LimitUse>> series, Map<TenantId, LimitUse> metrics) {
    List<LimitUse> shown = new ArrayList<>(metrics.values());
    series.values().forEach(uses -> shown.addAll(shown(uses)));
    return shown;
  }

  private static List<LimitUse> shown(List<LimitUse> uses) {
    return uses.subList(0, Math.min(SHOWN_PER_TENANT_MAX, uses.size()));
  }
}
