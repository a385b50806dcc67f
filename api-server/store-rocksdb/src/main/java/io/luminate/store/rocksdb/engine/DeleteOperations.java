// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.segment.Catalog;
import io.luminate.store.rocksdb.segment.CatalogBatch;
import io.luminate.store.rocksdb.segment.StorageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Deletes that somebody asked for, with what became of them, in the catalog; those that are under
 * way in memory too.
 *
 * <pre>
 * value: u8 version = 1 | i64 seq | u32 metricId | i64 beforeMillis | i64 requestedAtMillis
 *        | i64 doneAtMillis, -1 while it runs | i64 points, -1 if not counted
 *        | text metric | filters, see {@link FilterBytes}
 * </pre>
 *
 * <p>Ids begin with the time, so that a tenant's are in order.
 */
final class DeleteOperations {
  private static final System.Logger LOG = System.getLogger(DeleteOperations.class.getName());

  private static final byte VERSION = 1;
  private static final int FIXED_BYTES = 1 + 5 * Long.BYTES + Integer.BYTES;
  private static final String ID_PREFIX = "delete-";

  /** A delete of nothing takes effect nowhere. */
  static final long NOWHERE = 0;

  /**
   * @param seq where it takes effect
   */
  private record Operation(long seq, int metricId, DeleteReceipt receipt) {
    Tombstone tombstone() {
      DeleteRequest request = receipt.request();
      return new Tombstone(seq, metricId, request.beforeMillis(), request.filters());
    }

    Operation done(Instant at) {
      return new Operation(seq, metricId, receipt.done(at));
    }
  }

  private final Catalog catalog;
  private final InstantSource clock;
  private final AtomicReference<EngineState> state;
  private final Map<String, Operation> running = new ConcurrentHashMap<>();

  /** Ids of those whose record the catalog did not take yet. */
  private final Set<String> unwritten = ConcurrentHashMap.newKeySet();

  DeleteOperations(Catalog catalog, InstantSource clock, AtomicReference<EngineState> state) {
    this.catalog = catalog;
    this.clock = clock;
    this.state = state;
    catalog.scanPrefix(
        CatalogKeys.OPERATIONS,
        (key, value) -> {
          Operation operation = decode(key, value);
          if (operation.receipt().doneAt().isEmpty()) {
            running.put(operation.receipt().operationId(), operation);
          }
          return true;
        });
  }

  DeleteReceipt delete(
      Engine engine,
      DeleteRequest request,
      Consumer<MetricIndex> beforeApplied,
      Supplier<OptionalLong> points) {
    Instant now = clock.instant();
    String id = newId(now);
    Optional<MetricIndex> index = engine.registry().find(request.tenant(), request.metricName());
    Frame.Operation operation =
        new Frame.Operation(
            index.map(MetricIndex::metricId).orElse(0),
            request.beforeMillis(),
            now.toEpochMilli(),
            id,
            request.filters());
    engine.requireSpace();
    if (index.isEmpty()) {
      return record(request, NOWHERE, operation, OptionalLong.of(0));
    }
    engine.requireFrame(operation.bytes());
    boolean filtered = !request.filters().isEmpty();
    state.get().tombstones().requireRoom(operation.metricId(), filtered);
    long seq = engine.append(Frame.operation(operation, () -> beforeApplied.accept(index.get())));
    return record(request, seq, operation, points.get());
  }

  static String newId(Instant now) {
    int random = UUID.randomUUID().hashCode();
    return ID_PREFIX + "%011x%08x".formatted(now.toEpochMilli(), random);
  }

  /** What a crash kept from being recorded: how many points it took is not known. */
  void replayed(Map<Long, Frame.Operation> operations, SeriesRegistry registry) {
    operations.forEach(
        (seq, operation) ->
            registry
                .nameOf(operation.metricId())
                .filter(
                    name ->
                        catalog.get(CatalogKeys.operation(name.tenant(), operation.id())).isEmpty()
                            && !isDropped(name.tenant(), operation.id()))
                .ifPresent(
                    name ->
                        record(
                            new DeleteRequest(
                                name.tenant(),
                                name.metric(),
                                operation.beforeMillis(),
                                operation.filters()),
                            seq,
                            operation,
                            OptionalLong.empty())));
  }

  synchronized DeleteReceipt record(
      DeleteRequest request, long seq, Frame.Operation operation, OptionalLong points) {
    Instant requestedAt = Instant.ofEpochMilli(operation.requestedAtMillis());
    DeleteReceipt receipt =
        new DeleteReceipt(operation.id(), request, points, requestedAt, Optional.empty());
    Operation recorded =
        settled(new Operation(seq, operation.metricId(), receipt), tombstone -> true);
    CatalogBatch batch = new CatalogBatch();
    dropOldest(request.tenant(), batch);
    running.put(operation.id(), recorded);
    unwritten.add(operation.id());
    try {
      write(batch, recorded);
    } catch (StorageException e) {
      // The delete is in force: who asked may not be told that it failed.
      LOG.log(System.Logger.Level.WARNING, "a delete is not recorded yet: " + e.getMessage());
    }
    return recorded.receipt();
  }

  Optional<DeleteReceipt> find(TenantId tenant, String id) {
    settle();
    Operation unrecorded = unwritten.contains(id) ? running.get(id) : null;
    if (unrecorded != null) {
      return Optional.of(unrecorded.receipt()).filter(r -> r.request().tenant().equals(tenant));
    }
    byte[] key = CatalogKeys.operation(tenant, id);
    return catalog.get(key).map(value -> decode(key, value).receipt());
  }

  /** Notes of those under way which of them are over, and what is not recorded. */
  synchronized void settle() {
    settle(tombstone -> true);
  }

  /**
   * The same by whoever knows better: a delete that a later one covers may be over long before that
   * one is.
   *
   * @param touches whether anything is left of what a delete takes
   */
  synchronized void settle(Predicate<Tombstone> touches) {
    for (Operation operation : running.values()) {
      Operation now = settled(operation, touches);
      String id = operation.receipt().operationId();
      if (now.receipt().doneAt().isPresent() || unwritten.contains(id)) {
        write(new CatalogBatch(), now);
      }
    }
  }

  private Operation settled(Operation operation, Predicate<Tombstone> touches) {
    Tombstone tombstone = operation.tombstone();
    boolean tookNothing = operation.receipt().points().orElse(-1) == 0;
    boolean over =
        tookNothing
            || operation.seq() == NOWHERE
            || !state.get().tombstones().carry(tombstone)
            || !touches.test(tombstone);
    return over ? operation.done(clock.instant()) : operation;
  }

  private void write(CatalogBatch batch, Operation operation) {
    DeleteReceipt receipt = operation.receipt();
    byte[] key = CatalogKeys.operation(receipt.request().tenant(), receipt.operationId());
    catalog.commit(batch.put(key, encode(operation)));
    unwritten.remove(receipt.operationId());
    if (receipt.doneAt().isPresent()) {
      running.remove(receipt.operationId());
    }
  }

  /** Makes room for one more of the tenant; what is over goes first. */
  private void dropOldest(TenantId tenant, CatalogBatch batch) {
    List<byte[]> done = new ArrayList<>();
    List<byte[]> underWay = new ArrayList<>();
    catalog.scanPrefix(
        CatalogKeys.operation(tenant, ""),
        (key, value) -> {
          boolean over = decode(key, value).receipt().doneAt().isPresent();
          (over ? done : underWay).add(key.clone());
          return true;
        });
    int tooMany = done.size() + underWay.size() + 1 - DeleteReceipt.KEPT_MAX;
    Stream.concat(done.stream(), underWay.stream())
        .limit(Math.max(0, tooMany))
        .forEach(key -> drop(key, batch));
  }

  /** A delete stays in force without its record. */
  private void drop(byte[] key, CatalogBatch batch) {
    batch.delete(key);
    running.remove(idOf(key));
  }

  /** Whether the tenant has so many newer ones that this one's record was dropped. */
  private boolean isDropped(TenantId tenant, String id) {
    int[] newer = new int[1];
    catalog.scanPrefix(
        CatalogKeys.operation(tenant, ""),
        (key, value) -> {
          newer[0] += idOf(key).compareTo(id) > 0 ? 1 : 0;
          return true;
        });
    return newer[0] >= DeleteReceipt.KEPT_MAX;
  }

  private static String idOf(byte[] key) {
    String name = nameOf(key);
    return name.substring(name.indexOf(0) + 1);
  }

  private static String nameOf(byte[] key) {
    return new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
  }

  private static byte[] encode(Operation operation) {
    DeleteReceipt receipt = operation.receipt();
    DeleteRequest request = receipt.request();
    byte[] metric = Bytes.utf8(request.metricName());
    ByteBuffer out =
        ByteBuffer.allocate(
            FIXED_BYTES + Integer.BYTES + metric.length + FilterBytes.size(request.filters()));
    out.put(VERSION).putLong(operation.seq()).putInt(operation.metricId());
    out.putLong(request.beforeMillis()).putLong(receipt.requestedAt().toEpochMilli());
    out.putLong(receipt.doneAt().map(Instant::toEpochMilli).orElse(-1L));
    out.putLong(receipt.points().orElse(-1));
    Bytes.putText(out, metric);
    FilterBytes.put(out, request.filters());
    return out.array();
  }

  private static Operation decode(byte[] key, byte[] value) {
    String name = nameOf(key);
    int end = name.indexOf(0);
    ByteBuffer in = ByteBuffer.wrap(value);
    byte version = in.get();
    if (version != VERSION) {
      throw new IllegalStateException("operation version " + version + ", known: " + VERSION);
    }
    long seq = in.getLong();
    int metricId = in.getInt();
    long beforeMillis = in.getLong();
    Instant requestedAt = Instant.ofEpochMilli(in.getLong());
    long doneAtMillis = in.getLong();
    long points = in.getLong();
    String metric = Bytes.getText(in);
    List<Filter> filters = FilterBytes.get(in);
    TenantId tenant = new TenantId(name.substring(0, end));
    DeleteReceipt receipt =
        new DeleteReceipt(
            name.substring(end + 1),
            new DeleteRequest(tenant, metric, beforeMillis, filters),
            points < 0 ? OptionalLong.empty() : OptionalLong.of(points),
            requestedAt,
            doneAtMillis < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(doneAtMillis)));
    return new Operation(seq, metricId, receipt);
  }
}
