// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Filter;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.model.Utf8Order;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.Aggregation;
import io.luminate.store.BodyHash;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.ErrorCode;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.KeysResult;
import io.luminate.store.MetricCardinality;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricNamesResult;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.QueryMemory;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.RetentionReport;
import io.luminate.store.RetentionStatus;
import io.luminate.store.ScanStats;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesBreakdown;
import io.luminate.store.SeriesMemory;
import io.luminate.store.SeriesRequest;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.folder.DataFolderLock;
import io.luminate.store.rocksdb.folder.FormatStamp;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.index.IndexMemory;
import io.luminate.store.rocksdb.index.KeyGrowth;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.journal.FileSystemDisk;
import io.luminate.store.rocksdb.journal.JournalDrive;
import io.luminate.store.rocksdb.query.QueryExecutor;
import io.luminate.store.rocksdb.segment.CorruptSegmentException;
import io.luminate.store.rocksdb.segment.RocksStorage;
import io.luminate.store.rocksdb.segment.StorageUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The embedded store in one data folder:
 *
 * <pre>
 * LOCK      held while a process uses the folder
 * FORMAT    version of everything below
 * journal/  frames of the newest writes
 * db/       RocksDB: sealed segments and the catalog
 * </pre>
 */
public final class RocksMetricsStore implements MetricsStore {
  private static final ScanStats NOTHING = new ScanStats(0, 0, 0, 0);

  private final DataFolderLock lock;
  private final RocksStorage storage;
  private final Engine engine;
  private final Upkeep upkeep;
  private final Optional<UpkeepLoop> loop;
  private final Snapshots snapshots;
  private final QueryExecutor executor;
  private final SeriesGate gate;
  private final SeriesFigures figures;

  private RocksMetricsStore(
      DataFolderLock lock, RocksStorage storage, Engine engine, RocksStoreOptions options) {
    this.lock = lock;
    this.storage = storage;
    this.engine = engine;
    this.upkeep = new Upkeep(engine);
    this.snapshots = new Snapshots(engine, upkeep);
    this.executor =
        new QueryExecutor(
            engine.chunks(),
            options.queries().threads(),
            options.queries().memoryBytesMax(),
            options.queries().memoryBytesTogether());
    this.gate = new SeriesGate(engine, snapshots, executor);
    this.figures = new SeriesFigures(engine, snapshots, executor);
    this.loop =
        options.upkeep().background()
            ? Optional.of(new UpkeepLoop(engine, upkeep))
            : Optional.empty();
  }

  /**
   * Opens or creates the folder and recovers every acknowledged write.
   *
   * @throws StoreException STORAGE_UNAVAILABLE when another process holds the folder, its format is
   *     newer than this program, or it cannot be read
   */
  public static RocksMetricsStore open(Path folder, RocksStoreOptions options) {
    try {
      Files.createDirectories(folder.resolve("journal"));
      DataFolderLock lock = DataFolderLock.acquire(folder);
      return openLocked(folder, options, lock);
    } catch (CorruptSegmentException e) {
      throw new StoreException(
          ErrorCode.STORAGE_CORRUPTED, "cannot open " + folder + ": " + e.getMessage(), e);
    } catch (IOException | UncheckedIOException | StorageUnavailableException e) {
      throw new StoreException(
          ErrorCode.STORAGE_UNAVAILABLE,
          "cannot open data folder " + folder + ": " + e.getMessage(),
          e);
    }
  }

  private static RocksMetricsStore openLocked(
      Path folder, RocksStoreOptions options, DataFolderLock lock) throws IOException {
    List<AutoCloseable> opened = new ArrayList<>(List.of(lock));
    try {
      FormatStamp.check(folder);
      RocksStorage storage = RocksStorage.open(folder.resolve("db"));
      opened.add(storage);
      Engine engine =
          new Engine(
              new FileSystemDisk(folder.resolve("journal")),
              storage.catalog(),
              storage.chunks(),
              options,
              JournalDrive.THREADS);
      opened.clear();
      return new RocksMetricsStore(lock, storage, engine, options);
    } finally {
      closeAll(opened);
    }
  }

  /** What was opened before a failure, last first. */
  private static void closeAll(List<AutoCloseable> opened) {
    for (AutoCloseable resource : opened.reversed()) {
      try {
        resource.close();
      } catch (Exception e) {
        System.getLogger(RocksMetricsStore.class.getName())
            .log(System.Logger.Level.WARNING, "could not be closed", e);
      }
    }
  }

  @Override
  public List<SeriesAdmission> admit(SeriesRequest request) {
    return translated(() -> gate.admit(request));
  }

  @Override
  public long unansweredSeries() {
    return gate.unansweredSeries();
  }

  @Override
  public long lowestHandle() {
    return engine.epochs().lowestHandle();
  }

  @Override
  public IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control) {
    return engine.claim(tenant, key, body, control);
  }

  @Override
  public void write(WriteRequest request) {
    translated(
        () -> {
          engine.write(request);
          return true;
        });
  }

  @Override
  public RangeResult queryRange(RangeQuery query, QueryControl control) {
    control.checkpoint();
    return onVisible(
        query.tenant(),
        query.metricName(),
        query.range(),
        lease -> executor.range(query, lease.snapshot(), control),
        () -> new RangeResult(List.of(), Optional.empty(), NOTHING));
  }

  @Override
  public AggregateResult aggregate(AggregateQuery query, QueryControl control) {
    control.checkpoint();
    return onVisible(
        query.tenant(),
        query.metricName(),
        query.effectiveRange(),
        lease -> executor.aggregate(query, lease.snapshot(), control),
        () -> new AggregateResult(List.of(), 0, OptionalDouble.empty(), NOTHING));
  }

  @Override
  public RateResult rate(RateQuery query, QueryControl control) {
    control.checkpoint();
    return onVisible(
        query.tenant(),
        query.metricName(),
        query.readRange(),
        lease -> executor.rate(query, lease.snapshot(), control),
        () -> new RateResult(List.of(), 0, NOTHING));
  }

  private <T> T onVisible(
      TenantId tenant,
      String metricName,
      TimeRange range,
      Function<Snapshots.Lease, T> query,
      Supplier<T> nothing) {
    return withMetric(tenant, metricName, index -> snapshots.visible(index, range), query, nothing);
  }

  private <T> T onWholeDays(
      TenantId tenant, String metricName, Function<Snapshots.Lease, T> query, Supplier<T> nothing) {
    return withMetric(tenant, metricName, snapshots::wholeDays, query, nothing);
  }

  private <T> T withMetric(
      TenantId tenant,
      String metricName,
      Function<MetricIndex, Snapshots.Lease> open,
      Function<Snapshots.Lease, T> query,
      Supplier<T> nothing) {
    return translated(
        () -> {
          Optional<MetricIndex> index = engine.registry().find(tenant, metricName);
          if (index.isEmpty()) {
            return nothing.get();
          }
          try (Snapshots.Lease lease = open.apply(index.get())) {
            return query.apply(lease);
          }
        });
  }

  /** What the layers below throw becomes what the interface promises. */
  private <T> T translated(Supplier<T> work) {
    try {
      return work.get();
    } catch (CorruptSegmentException e) {
      engine.damage().found(e);
      throw new StoreException(ErrorCode.STORAGE_CORRUPTED, String.valueOf(e.getMessage()), e);
    } catch (StorageUnavailableException e) {
      throw Engine.unavailable(e);
    }
  }

  @Override
  public MetricNamesResult listMetrics(MetricNamesQuery query, QueryControl control) {
    control.checkpoint();
    return MetricNamesResult.ofFirst(
        query.limit(),
        engine.registry().names(query.tenant()).stream()
            .filter(name -> name.startsWith(query.prefix()))
            .sorted(Utf8Order.COMPARATOR)
            .filter(
                name ->
                    onWholeDays(
                        query.tenant(),
                        name,
                        lease -> executor.hasPoints(query.filters(), lease.snapshot(), control),
                        () -> false))
            .limit(query.limit() + 1L)
            .toList());
  }

  @Override
  public KeysResult listDimensionKeys(
      TenantId tenant, String metricName, List<Filter> filters, int limit, QueryControl control) {
    control.checkpoint();
    return KeysResult.ofFirst(
        limit,
        onWholeDays(
            tenant,
            metricName,
            lease -> executor.keys(filters, lease.snapshot(), control),
            List::of));
  }

  @Override
  public ValuesResult listDimensionValues(ValuesQuery query, QueryControl control) {
    control.checkpoint();
    return onWholeDays(
        query.tenant(),
        query.metricName(),
        lease -> executor.values(query, lease.snapshot(), control),
        () -> new ValuesResult(List.of(), false));
  }

  @Override
  public SeriesBreakdown seriesBreakdown(
      TenantId tenant, String metricName, List<Filter> filters, QueryControl control) {
    control.checkpoint();
    return onWholeDays(
        tenant,
        metricName,
        lease -> executor.breakdown(filters, lease.snapshot(), control),
        () -> SeriesBreakdown.NONE);
  }

  @Override
  public DeleteReceipt deleteBefore(DeleteRequest request) {
    DeletedPoints taken = new DeletedPoints(request, snapshots, executor);
    return translated(() -> engine.deleteBefore(request, taken::hold, taken::count));
  }

  @Override
  public Optional<DeleteReceipt> findDelete(TenantId tenant, String operationId) {
    return translated(() -> engine.operations().find(tenant, operationId));
  }

  @Override
  public Instant setRetention(TenantId tenant, String metricName, Duration retention) {
    return translated(
        () -> {
          engine.retention().set(tenant, metricName, retention);
          return engine.options().clock().instant();
        });
  }

  @Override
  public OptionalLong ownRetentions(TenantId tenant) {
    return OptionalLong.of(engine.retention().ownOf(tenant));
  }

  @Override
  public void applyRetention(RetentionRules rules) {
    translated(
        () -> {
          engine.retention().apply(rules);
          return true;
        });
  }

  @Override
  public RetentionStatus retentionStatus() {
    return engine.retention().status();
  }

  @Override
  public RetentionReport enforceRetention() {
    return translated(upkeep::enforceRetention);
  }

  @Override
  public StoreStats stats() {
    long series = figures.all().stream().mapToLong(MetricCardinality::series).sum();
    long points =
        engine.headPoints()
            + engine.state().get().segments().stream().mapToLong(s -> s.meta().points()).sum();
    return new StoreStats(series, points, diskBytes());
  }

  private long diskBytes() {
    return storage.sizeBytes() + engine.journal().diskBytes();
  }

  @Override
  public StoreStats stats(TenantId tenant) {
    QueryControl control = QueryControl.withTimeout(Duration.ofSeconds(30));
    TimeRange always = new TimeRange(0, Long.MAX_VALUE - PartitionKey.DAY_MILLIS);
    StoreStats sum = new StoreStats(0, 0, 0);
    for (String name : engine.registry().names(tenant)) {
      AggregateQuery everything =
          new AggregateQuery(
              tenant, name, always, List.of(), Aggregation.COUNT, List.of(), Optional.empty(), 1);
      ScanStats scan = aggregate(everything, control).stats();
      sum = new StoreStats(sum.series() + scan.series().orElse(0), sum.points() + scan.points(), 0);
    }
    return sum;
  }

  @Override
  public List<MetricCardinality> largestMetrics(int limit) {
    return translated(() -> figures.all().stream().limit(limit).toList());
  }

  @Override
  public List<String> keysByGrowth(TenantId tenant, String metricName) {
    return engine.registry().loaded(tenant, metricName).stream()
        .flatMap(index -> index.keyGrowth().keys().stream())
        .map(KeyGrowth.Key::name)
        .toList();
  }

  @Override
  public Optional<QueryMemory> queryMemory(TenantId tenant) {
    return Optional.of(executor.memory(tenant));
  }

  @Override
  public Optional<SeriesMemory> seriesMemory(TenantId tenant) {
    IndexMemory memory = engine.registry().memory(tenant);
    return Optional.of(new SeriesMemory(memory.bytesMax(), memory.bytes()));
  }

  @Override
  public StoreHealth health() {
    if (engine.journal().failed()) {
      return new StoreHealth.Unhealthy("a disk write could not be made durable; restart", true);
    }
    if (engine.torn()) {
      return new StoreHealth.Unhealthy("upkeep broke off half way; restart", true);
    }
    long free = engine.usableBytes();
    if (free < engine.options().sizes().diskReserveBytes()) {
      return new StoreHealth.Unhealthy(
          "the disk has "
              + free
              + " bytes left, below the reserve of "
              + engine.options().sizes().diskReserveBytes(),
          true);
    }
    String failure = loop.map(UpkeepLoop::lastFailure).orElse("");
    return failure.isEmpty()
        ? new StoreHealth.Healthy(diskBytes(), engine.damage().places())
        : new StoreHealth.Unhealthy(failure, true);
  }

  /** Seals every head now; for backups, benchmarks and tests. */
  public void sealNow() {
    translated(
        () -> {
          upkeep.sealAll();
          return true;
        });
  }

  /** Merges every partition into one segment; for benchmarks and tests. */
  public void mergeNow() {
    translated(
        () -> {
          upkeep.mergeAll();
          return true;
        });
  }

  /** All that upkeep finds to do at leisure; for tests. */
  void settleNow() {
    translated(
        () -> {
          while (upkeep.mergeOnce(true)) {
            // Until there is nothing left.
          }
          return true;
        });
  }

  Engine engine() {
    return engine;
  }

  Upkeep upkeep() {
    return upkeep;
  }

  long unsealedPoints() {
    return engine.headPoints();
  }

  /** Whether no sealing or merging is under way or due. */
  public boolean settled() {
    return loop.map(l -> !l.busy()).orElse(true);
  }

  @Override
  public void close() {
    loop.ifPresent(UpkeepLoop::close);
    executor.close();
    engine.close();
    storage.close();
    lock.close();
  }
}
