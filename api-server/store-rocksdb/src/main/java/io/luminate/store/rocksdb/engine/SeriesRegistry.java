// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.EntityKeys;
import io.luminate.model.TenantId;
import io.luminate.store.rocksdb.index.Dictionary;
import io.luminate.store.rocksdb.index.Handles;
import io.luminate.store.rocksdb.index.IndexMemory;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.segment.Catalog;
import io.luminate.store.rocksdb.segment.CatalogBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Every metric of every tenant by name and by id. At start only names are read; a metric's series
 * and the dictionaries of its tenant come from the catalog when first asked for.
 */
final class SeriesRegistry {
  private record MetricName(TenantId tenant, String name) {}

  private record DictionaryName(TenantId tenant, String key) {}

  /** A known metric; its index is there once someone needed it. */
  private static final class Metric {
    final int id;
    final MetricName name;
    final List<String> storedKeys;
    final int storedSeries;
    volatile Optional<MetricIndex> index = Optional.empty();

    /** Taken away before anybody loaded it. */
    boolean gone;

    Metric(int id, MetricName name, List<String> storedKeys, int storedSeries) {
      this.id = id;
      this.name = name;
      this.storedKeys = storedKeys;
      this.storedSeries = storedSeries;
    }
  }

  private final Catalog catalog;
  private final EntityKeys entityKeys;
  private final IndexMemory memory;
  private final ConcurrentHashMap<TenantId, IndexMemory> memories = new ConcurrentHashMap<>();
  private final Counting counting = new Counting(this);
  private final ConcurrentHashMap<MetricName, Metric> byName = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, Metric> byId = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<TenantId, Set<Integer>> byTenant = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<DictionaryName, Dictionary> dictionaries =
      new ConcurrentHashMap<>();
  private final AtomicInteger nextMetricId = new AtomicInteger(1);
  private final AtomicInteger nextDictionaryId = new AtomicInteger(1);

  SeriesRegistry(Catalog catalog, EntityKeys entityKeys, long indexBytesMax) {
    this.catalog = catalog;
    this.entityKeys = entityKeys;
    this.memory = new IndexMemory(indexBytesMax);
    catalog.scanPrefix(CatalogKeys.METRICS, this::restoreName);
  }

  private boolean restoreName(byte[] key, byte[] value) {
    int id = ByteBuffer.wrap(key, 1, Integer.BYTES).getInt();
    ByteBuffer in = ByteBuffer.wrap(value);
    MetricName name = new MetricName(new TenantId(Bytes.getText(in)), Bytes.getText(in));
    int series = in.getInt();
    List<String> keys = new ArrayList<>();
    for (int n = in.getInt(); n > 0; n--) {
      keys.add(Bytes.getText(in));
    }
    register(new Metric(id, name, List.copyOf(keys), series));
    return true;
  }

  private Metric register(Metric metric) {
    // Whoever finds it by name may ask for its id at once.
    byId.put(metric.id, metric);
    if (byName.put(metric.name, metric) == null) {
      ids(metric.name.tenant()).add(metric.id);
    }
    nextMetricId.accumulateAndGet(metric.id + 1, Math::max);
    return metric;
  }

  /** Whether no handle could name one more metric. */
  boolean isFull() {
    return nextMetricId.get() > Handles.METRIC_ID_MAX;
  }

  /** Of all tenants. */
  IndexMemory memory() {
    return memory;
  }

  IndexMemory memory(TenantId tenant) {
    IndexMemory known = memories.get(tenant);
    return known != null ? known : memories.computeIfAbsent(tenant, t -> memory.part());
  }

  /** Which of the series and metrics count. */
  Counting counting() {
    return counting;
  }

  /** The metric's index; adds the metric if it is new. */
  MetricIndex resolve(TenantId tenant, String name) {
    MetricName key = new MetricName(tenant, name);
    while (true) {
      Metric known = byName.get(key);
      Optional<MetricIndex> index = load(known != null ? known : add(key));
      if (index.isPresent()) {
        return index.get();
      }
      Thread.yield();
    }
  }

  private Metric add(MetricName name) {
    synchronized (byName) {
      Metric known = byName.get(name);
      return known != null
          ? known
          : register(new Metric(nextMetricId.getAndIncrement(), name, List.of(), 0));
    }
  }

  /** Replays the definition of a metric under the id that frames know it by. */
  MetricIndex restore(int metricId, TenantId tenant, String name) {
    Metric known = byId.get(metricId);
    return load(known != null
            ? known
            : register(new Metric(metricId, new MetricName(tenant, name), List.of(), 0)))
        .orElseThrow();
  }

  /** Gives neither the id nor the ordinals up to this one to others: frames refer to them. */
  void reserve(int metricId, int lastOrdinal) {
    nextMetricId.accumulateAndGet(metricId + 1, Math::max);
    byId(metricId).ifPresent(index -> index.reserve(lastOrdinal));
  }

  Optional<MetricIndex> find(TenantId tenant, String name) {
    return Optional.ofNullable(byName.get(new MetricName(tenant, name))).flatMap(this::load);
  }

  Optional<MetricIndex> byId(int metricId) {
    return Optional.ofNullable(byId.get(metricId)).flatMap(this::load);
  }

  /** Tenant and name without loading anything. */
  Optional<Named> nameOf(int metricId) {
    return Optional.ofNullable(byId.get(metricId))
        .map(m -> new Named(m.name.tenant(), m.name.name()));
  }

  record Named(TenantId tenant, String metric) {}

  List<String> names(TenantId tenant) {
    return ids(tenant).stream().flatMap(id -> nameOf(id).stream()).map(Named::metric).toList();
  }

  /** Of all metrics that the tenant ever had: one set, whose lock who adds to it may take. */
  Set<Integer> ids(TenantId tenant) {
    Set<Integer> known = byTenant.get(tenant);
    return known != null
        ? known
        : byTenant.computeIfAbsent(tenant, t -> ConcurrentHashMap.newKeySet());
  }

  void forEachLoaded(Consumer<MetricIndex> use) {
    byId.values().forEach(metric -> metric.index.ifPresent(use));
  }

  /** The index if somebody has asked for it. */
  Optional<MetricIndex> loaded(int metricId) {
    Metric metric = byId.get(metricId);
    return metric == null ? Optional.empty() : metric.index;
  }

  /** The same by name. */
  Optional<MetricIndex> loaded(TenantId tenant, String name) {
    return Optional.ofNullable(byName.get(new MetricName(tenant, name))).flatMap(m -> m.index);
  }

  /**
   * A metric that is, or was.
   *
   * @param index there if somebody has asked for it
   * @param defined series in the index; if that is not there, as last stored
   * @param definedEver those included that went meanwhile
   */
  record Known(int id, Named name, Optional<MetricIndex> index, int defined, long definedEver) {}

  /** Loads nothing. */
  void forEachMetric(Consumer<Known> use) {
    for (Metric metric : byId.values()) {
      Optional<MetricIndex> index = metric.index;
      use.accept(
          new Known(
              metric.id,
              new Named(metric.name.tenant(), metric.name.name()),
              index,
              index.map(MetricIndex::definedCount).orElse(metric.storedSeries),
              index.map(MetricIndex::definedEver).orElse((long) metric.storedSeries)));
    }
  }

  /** Nothing if it was taken away meanwhile. */
  private Optional<MetricIndex> load(Metric metric) {
    Optional<MetricIndex> loaded = metric.index;
    return loaded.isPresent() ? loaded : loadLocked(metric);
  }

  private Optional<MetricIndex> loadLocked(Metric metric) {
    synchronized (metric) {
      if (metric.index.isPresent() || metric.gone) {
        return metric.index;
      }
      TenantId tenant = metric.name.tenant();
      MetricIndex index =
          new MetricIndex(
              metric.id,
              tenant,
              metric.name.name(),
              entityKeys,
              key -> dictionary(tenant, key),
              memory(tenant));
      index.restoreKeys(metric.storedKeys);
      catalog.scanPrefix(
          CatalogKeys.seriesBlocks(metric.id),
          (key, value) -> {
            index.restoreBlock(ByteBuffer.wrap(key, 5, Integer.BYTES).getInt(), value);
            return true;
          });
      metric.index = Optional.of(index);
      return metric.index;
    }
  }

  // -- metrics that are gone --

  /**
   * Takes metrics away that have no series, durably.
   *
   * @param pointless metrics without any point, and without a frame to be replayed; each goes if
   *     its index has no series, or is not loaded
   * @return tenants of those that went; the dictionaries of their keys are loaded
   */
  Set<TenantId> remove(List<Integer> pointless) {
    List<Metric> closed = new ArrayList<>();
    boolean removed = false;
    try {
      pointless.stream().map(byId::get).filter(m -> m != null && close(m)).forEach(closed::add);
      deleteRecords(closed);
      removed = true;
    } finally {
      if (!removed) {
        closed.forEach(SeriesRegistry::reopen);
      }
    }
    closed.forEach(this::forget);
    return closed.stream().map(m -> m.name.tenant()).collect(Collectors.toSet());
  }

  private static boolean close(Metric metric) {
    synchronized (metric) {
      metric.gone = metric.index.isEmpty() || metric.index.get().close();
      return metric.gone;
    }
  }

  private static void reopen(Metric metric) {
    synchronized (metric) {
      metric.gone = false;
      metric.index.ifPresent(MetricIndex::reopen);
    }
  }

  private void deleteRecords(List<Metric> closed) {
    CatalogBatch batch = new CatalogBatch();
    for (Metric metric : closed) {
      batch.delete(CatalogKeys.metric(metric.id));
      catalog.scanPrefix(
          CatalogKeys.seriesBlocks(metric.id),
          (key, value) -> {
            batch.delete(key);
            return true;
          });
    }
    if (!batch.isEmpty()) {
      catalog.commit(batch);
    }
  }

  private void forget(Metric metric) {
    metric.storedKeys.stream()
        .filter(key -> !key.isEmpty())
        .forEach(key -> dictionary(metric.name.tenant(), key));
    byName.remove(metric.name, metric);
    byId.remove(metric.id);
    ids(metric.name.tenant()).remove(metric.id);
    counting.forget(metric.id);
    metric.index.ifPresent(MetricIndex::release);
  }

  /** Metrics that nobody has asked for since the start, and those without a series. */
  List<Integer> withoutSeries() {
    return byId.values().stream()
        .filter(metric -> metric.index.map(index -> index.size() == 0).orElse(true))
        .map(metric -> metric.id)
        .toList();
  }

  private Dictionary dictionary(TenantId tenant, String key) {
    DictionaryName name = new DictionaryName(tenant, key);
    Dictionary known = dictionaries.get(name);
    return known != null ? known : dictionaries.computeIfAbsent(name, this::loadDictionary);
  }

  private Dictionary loadDictionary(DictionaryName name) {
    Dictionary dictionary =
        new Dictionary(nextDictionaryId.getAndIncrement(), name.key(), memory(name.tenant()));
    catalog.scanPrefix(
        CatalogKeys.dictionary(name.tenant(), name.key()),
        (key, value) -> {
          int block = ByteBuffer.wrap(key, key.length - Integer.BYTES, Integer.BYTES).getInt();
          dictionary.restoreBlock(block, value);
          return true;
        });
    return dictionary;
  }

  /** The tenant's by key, as far as they are loaded. */
  Map<String, Dictionary> dictionaries(TenantId tenant) {
    Map<String, Dictionary> ofTenant = new HashMap<>();
    dictionaries.forEach(
        (name, dictionary) -> {
          if (name.tenant().equals(tenant)) {
            ofTenant.put(name.key(), dictionary);
          }
        });
    return ofTenant;
  }

  /** Keys of a metric as its blocks in the catalog number them. */
  List<String> storedKeys(int metricId) {
    Metric metric = byId.get(metricId);
    return metric == null ? List.of() : metric.storedKeys;
  }

  // -- persistence --

  /** What one commit writes, to be put back if it fails. */
  record Pending(Map<MetricIndex, int[]> series, Map<Dictionary, int[]> values) {
    Pending() {
      this(new HashMap<>(), new HashMap<>());
    }
  }

  /**
   * Adds every series defined so far, and all that they refer to, to the batch. Series before
   * dictionaries: a code that a block holds is then surely among the values that follow.
   *
   * @param pending gets to know of everything before it is taken, so that nothing is lost if this
   *     fails half way
   */
  void collect(CatalogBatch batch, Pending pending) {
    for (Metric metric : byId.values()) {
      metric.index.ifPresent(index -> collectSeries(index, batch, pending.series()));
    }
    dictionaries.forEach(
        (name, dictionary) -> collectValues(name, dictionary, batch, pending.values()));
  }

  private static void collectSeries(
      MetricIndex index, CatalogBatch batch, Map<MetricIndex, int[]> blocks) {
    int[] dirty = index.dirtyBlocks();
    if (dirty.length == 0) {
      return;
    }
    blocks.put(index, dirty);
    index.markClean(dirty);
    for (int block : dirty) {
      put(batch, CatalogKeys.seriesBlock(index.metricId(), block), index.encodeBlock(block));
    }
    batch.put(CatalogKeys.metric(index.metricId()), metricRecord(index));
  }

  private static void put(CatalogBatch batch, byte[] key, Optional<byte[]> value) {
    value.ifPresentOrElse(bytes -> batch.put(key, bytes), () -> batch.delete(key));
  }

  private static byte[] metricRecord(MetricIndex index) {
    List<byte[]> texts = new ArrayList<>();
    texts.add(Bytes.utf8(index.tenant().value()));
    texts.add(Bytes.utf8(index.name()));
    index.keys().forEach(key -> texts.add(Bytes.utf8(key)));
    int size = 8 + texts.stream().mapToInt(t -> 4 + t.length).sum();
    ByteBuffer out = ByteBuffer.allocate(size);
    Bytes.putText(out, texts.get(0));
    Bytes.putText(out, texts.get(1));
    out.putInt(index.definedCount()).putInt(texts.size() - 2);
    texts.stream().skip(2).forEach(text -> Bytes.putText(out, text));
    return out.array();
  }

  private static void collectValues(
      DictionaryName name,
      Dictionary dictionary,
      CatalogBatch batch,
      Map<Dictionary, int[]> blocks) {
    int[] dirty = dictionary.dirtyBlocks();
    if (dirty.length == 0) {
      return;
    }
    blocks.put(dictionary, dirty);
    dictionary.markClean(dirty);
    for (int block : dirty) {
      byte[] key = CatalogKeys.dictionaryBlock(name.tenant(), name.key(), block);
      put(batch, key, dictionary.encodeBlock(block));
    }
  }

  void putBack(Pending pending) {
    pending.series().forEach(MetricIndex::markDirty);
    pending.values().forEach(Dictionary::markDirty);
  }
}
