// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.model.SeriesHash;
import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.MetricCardinality;
import io.luminate.store.MetricsStore;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import io.luminate.store.clickhouse.SharedCounts.Version;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import io.luminate.store.clickhouse.client.LongCounts;
import io.luminate.store.clickhouse.client.Recurring;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.retention.RetainedDays;
import io.luminate.store.clickhouse.schema.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether ClickHouse is well, and how much it holds, for scrapers and probes. */
final class StoredFigures implements AutoCloseable {
  private static final Duration PROBE_EVERY = Duration.ofSeconds(2);
  private static final Duration PROBE_WITHIN = Duration.ofSeconds(3);

  /** A metric's series are told apart by reading a column of all points. */
  private static final Duration COUNT_WITHIN = Duration.ofMinutes(5);

  /** Who asks for counts gets older ones when it takes longer. */
  private static final Duration AWAITED = Duration.ofSeconds(2);

  private static final Duration COUNT_AGE_MIN = Duration.ofSeconds(10);

  /**
   * Counting takes a thousandth of the time as long as counts are this young all the same, and a
   * hundredth at most, however many processes there are: see {@link SharedCounts}.
   */
  private static final Duration COUNT_AGE = Duration.ofMinutes(5);

  private static final int COUNT_AGE_PER_COST = 1_000;

  private static final int COUNT_AGE_PER_COST_MIN = 100;

  /** What took less each process counts for itself: to share it would be as much work. */
  private static final Duration SHARED_COST_MIN = Duration.ofMillis(200);

  /**
   * What took less is counted without a look at what others found. Beyond that a count may have
   * become one to share since, and each process would find out for itself.
   */
  private static final Duration LOOK_COST_MIN = Duration.ofMillis(20);

  private static final Duration NOW = Duration.ZERO;

  /** While another process counts. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  /** To add up what each part takes is several times the work of an answer, for each process. */
  private static final int PROBES_PER_SIZE = 5;

  private static final Logger LOG = LoggerFactory.getLogger(StoredFigures.class);

  private final ClickHouseClient client;
  private final ClickHouseClient readClient;
  private final SharedCounts shared;
  private final Tables tables;
  private final Supplier<Optional<String>> failingWrites;
  private final Runnable forgetFailedWrites;
  private final Supplier<RetainedDays> retainedDays;
  private final DiskFigures disks;
  private final Object countLock = new Object();
  private final Recurring probes;
  private long diskBytes;
  private int probesUntilSize;
  private volatile StoreHealth health;
  private volatile Optional<Counts> counts = Optional.empty();

  /** Guarded by the lock, as is what follows. */
  private CompletableFuture<Void> counting = CompletableFuture.completedFuture(null);

  private long countAgainNanos = System.nanoTime();

  /** The condition that counts are under. */
  private Optional<RetainedDays> countedDays = Optional.empty();

  /** Whether what any process has counted does not hold any more. */
  private boolean outdated;

  /** Of the last count that is known of. */
  private volatile Duration cost = Duration.ZERO;

  /**
   * @param failingWrites why writes fail, if they do
   * @param forgetFailedWrites called when ClickHouse answers again: what failed before says nothing
   *     of the next write, which may be long in coming
   * @param retainedDays whose rows are counted
   */
  StoredFigures(
      ClickHouseClient client,
      ClickHouseClient readClient,
      Tables tables,
      Supplier<Optional<String>> failingWrites,
      Runnable forgetFailedWrites,
      Supplier<RetainedDays> retainedDays) {
    this.disks = new DiskFigures(client, tables, PROBE_WITHIN);
    this.client = client;
    this.readClient = readClient;
    this.shared = new SharedCounts(client, tables);
    this.tables = tables;
    this.failingWrites = failingWrites;
    this.forgetFailedWrites = forgetFailedWrites;
    this.retainedDays = retainedDays;
    this.health = probe(true);
    this.probes = Recurring.start("health", PROBE_EVERY, () -> health = probe(answers(health)));
  }

  /** As it was some seconds ago: nobody waits for it. */
  StoreHealth health() {
    return health;
  }

  private static boolean answers(StoreHealth health) {
    return switch (health) {
      case StoreHealth.Healthy healthy -> true;
      case StoreHealth.Unhealthy unhealthy -> unhealthy.readable();
    };
  }

  private StoreHealth probe(boolean answered) {
    try {
      long bytes = probeWhereWritten();
      readClient.execute(Statement.of("SELECT 1").within(PROBE_WITHIN));
      if (!answered) {
        forgetFailedWrites.run();
      }
      return failingWrites
          .get()
          .<StoreHealth>map(why -> new StoreHealth.Unhealthy(why, true))
          .orElseGet(() -> new StoreHealth.Healthy(bytes));
    } catch (ClickHouseFailure e) {
      LOG.warn("ClickHouse is not well: {}", e.getMessage());
      return new StoreHealth.Unhealthy(e.inShort(), false);
    }
  }

  /** The bytes on disk as they were some probes ago. */
  private long probeWhereWritten() {
    if (probesUntilSize == 0) {
      diskBytes = disks.bytes();
      probesUntilSize = PROBES_PER_SIZE;
    } else {
      client.execute(Statement.of("SELECT 1").within(PROBE_WITHIN));
    }
    probesUntilSize--;
    return diskBytes;
  }

  /**
   * @throws StoreException as long as nothing has been counted: nobody takes that for nothing there
   */
  StoreStats stats() {
    Counts now = counts();
    return new StoreStats(now.series(), now.points(), disks.bytes());
  }

  /**
   * @throws StoreException as {@link #stats}
   */
  List<MetricCardinality> largestMetrics(int limit) {
    return counts().metrics().stream().limit(limit).toList();
  }

  /** The last ones while counting takes its time, and where it fails. */
  private Counts counts() {
    try {
      countWhenDue().get(AWAITED.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.warn("series and points cannot be counted", e.getCause());
    } catch (TimeoutException e) {
      LOG.debug("series and points are being counted");
    }
    return counts.orElseThrow(StoredFigures::uncounted);
  }

  private static StoreException uncounted() {
    return new StoreException(
        ErrorCode.STORAGE_UNAVAILABLE, "series and points have not been counted yet");
  }

  private CompletableFuture<Void> countWhenDue() {
    synchronized (countLock) {
      RetainedDays days = retainedDays.get();
      boolean due =
          System.nanoTime() - countAgainNanos >= 0 || !countedDays.equals(Optional.of(days));
      if (counting.isDone() && due) {
        countedDays = Optional.of(days);
        boolean anew = outdated;
        outdated = false;
        counting =
            CompletableFuture.runAsync(
                () -> countAgain(days, anew),
                task -> Thread.ofVirtual().name("figures").start(task));
      }
      return counting;
    }
  }

  /** What was counted does not hold any more. */
  void outdated() {
    synchronized (countLock) {
      countAgainNanos = System.nanoTime();
      outdated = true;
    }
  }

  /**
   * @param anew whether what others counted is of no use
   */
  private void countAgain(RetainedDays days, boolean anew) {
    long beganNanos = System.nanoTime();
    Duration again = COUNT_AGE_MIN;
    try {
      again = lookOrCount(days, anew);
    } catch (ClickHouseFailure e) {
      LOG.warn("series and points cannot be counted: {}", e.getMessage());
      again = ageOf(Duration.ofNanos(System.nanoTime() - beganNanos));
      if (anew) {
        outdated();
      }
    } finally {
      synchronized (countLock) {
        countAgainNanos = System.nanoTime() + again.toNanos();
      }
    }
  }

  /** After which time to do so again. */
  private Duration lookOrCount(RetainedDays days, boolean anew) {
    if (counts.isPresent() && cost.compareTo(LOOK_COST_MIN) < 0) {
      return count(days);
    }
    String basis = basis(days);
    List<Version> versions = shared.newest();
    Optional<Version> counted =
        versions.stream().filter(version -> version.cost().isPresent()).findFirst();
    cost = counted.flatMap(Version::cost).orElse(cost);
    if (!anew) {
      // What another is counting again may not hold any more, however young it is.
      boolean awaited = isAwaited(versions, basis);
      Duration left = counted.filter(v -> v.basis().equals(basis)).map(this::left).orElse(NOW);
      Duration again = awaited ? LOOK_AGAIN : left;
      if (again.isPositive()) {
        if (!awaited || counts.isEmpty()) {
          counted.flatMap(version -> shared.read(version.number())).ifPresent(this::adopt);
        }
        return again;
      }
    }
    return isCheap(cost) ? count(days) : countForAll(shared.next(versions), days);
  }

  private static boolean isCheap(Duration cost) {
    return cost.compareTo(SHARED_COST_MIN) < 0;
  }

  private void adopt(Counts others) {
    counts = Optional.of(others);
  }

  private Duration left(Version counted) {
    return ageOf(counted.cost().orElse(Duration.ZERO)).minus(counted.age());
  }

  /** Whether another process counts the same, and has not been at it for too long. */
  private static boolean isAwaited(List<Version> versions, String basis) {
    return versions.stream()
        .findFirst()
        .filter(version -> version.cost().isEmpty() && version.basis().equals(basis))
        .filter(version -> version.age().compareTo(COUNT_WITHIN.plus(PROBE_WITHIN)) < 0)
        .isPresent();
  }

  private Duration countForAll(long version, RetainedDays days) {
    if (!shared.begin(version, basis(days))) {
      return LOOK_AGAIN;
    }
    Duration again = counted(days);
    shared.end(version, basis(days), counts.orElseThrow(), cost);
    return again;
  }

  /** Shares it if it turns out to be worth that. */
  private Duration count(RetainedDays days) {
    Duration again = counted(days);
    if (!isCheap(cost)) {
      long version = shared.next(shared.newest());
      if (shared.begin(version, basis(days))) {
        shared.end(version, basis(days), counts.orElseThrow(), cost);
      }
    }
    return again;
  }

  private Duration counted(RetainedDays days) {
    long beganNanos = System.nanoTime();
    counts = Optional.of(readCounts(days));
    cost = Duration.ofNanos(System.nanoTime() - beganNanos);
    return ageOf(cost);
  }

  private static String basis(RetainedDays days) {
    byte[] utf8 = days.text().getBytes(StandardCharsets.UTF_8);
    SeriesHash hash = SeriesHash.of(utf8, 0, utf8.length);
    return Long.toHexString(hash.high()) + "-" + Long.toHexString(hash.low());
  }

  /** How long a count holds that took so long. */
  static Duration ageOf(Duration cost) {
    Duration atLeast = longer(cost.multipliedBy(COUNT_AGE_PER_COST_MIN), COUNT_AGE_MIN);
    Duration wanted = cost.multipliedBy(COUNT_AGE_PER_COST);
    return longer(atLeast, wanted.compareTo(COUNT_AGE) < 0 ? wanted : COUNT_AGE);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private Counts readCounts(RetainedDays days) {
    Statement statement =
        Statement.of(
                "SELECT tenant, metric, toInt64(uniqCombined64(series)) AS of_metric,"
                    + " toInt64(sum(of_metric) OVER ()), toInt64(sum(count()) OVER ()) FROM "
                    + tables.points()
                    // Rows without a tenant mark inserts.
                    + " WHERE tenant != '' AND "
                    + days.condition()
                    + " GROUP BY tenant, metric"
                    + " ORDER BY of_metric DESC, tenant, metric LIMIT "
                    + MetricsStore.LARGEST_METRICS_MAX)
            .withSetting("max_threads", "2")
            .withSetting(Tables.ON_THE_FLY, "1")
            .withSetting("max_query_size", Long.toString(Tables.STATEMENT_BYTES_MAX));
    Statement bounded =
        LongCounts.bounded(days.bind(statement), COUNT_WITHIN)
            .within(COUNT_WITHIN.plus(PROBE_WITHIN));
    return readClient.query(bounded, StoredFigures::counts).value();
  }

  private static Counts counts(RowReader rows) throws IOException {
    List<MetricCardinality> metrics = new ArrayList<>();
    long series = 0;
    long points = 0;
    while (rows.hasNext()) {
      TenantId tenant = new TenantId(rows.string());
      metrics.add(new MetricCardinality(tenant, rows.string(), rows.int64()));
      series = rows.int64();
      points = rows.int64();
    }
    return new Counts(series, points, metrics);
  }

  @Override
  public void close() {
    probes.close();
  }
}
