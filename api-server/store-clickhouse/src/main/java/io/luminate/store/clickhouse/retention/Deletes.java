// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.TenantId;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import io.luminate.store.clickhouse.retention.DeleteMutations.State;
import io.luminate.store.clickhouse.retention.Receipts.Kept;
import io.luminate.store.clickhouse.schema.Slots;
import io.luminate.store.clickhouse.schema.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes points as mutations that mark rows as gone. A mutation reaches the rows that were there
 * when it was made, never later ones, and outlives a restart of ClickHouse. Until it has come to
 * all parts, queries with {@link Tables#ON_THE_FLY} leave its rows out all the same; merges free
 * them.
 */
public final class Deletes implements AutoCloseable {
  /**
   * Deletes under way: each of them is looked at for every row that a query reads, which costs
   * about as much as reading two columns more.
   */
  static final int PENDING_MAX = 10;

  private static final Waits WAITS = new Waits(Duration.ofSeconds(20), Duration.ofSeconds(2));
  private static final Logger LOG = LoggerFactory.getLogger(Deletes.class);
  private static final Duration POLL = Duration.ofMillis(50);

  /** Longer than the statement that begins a delete can be on its way. */
  static final Duration BEGUN_WITHIN = Duration.ofMinutes(5);

  /** Whoever counts for longer has ended. */
  static final Duration COUNTED_WITHIN = PointCounts.LONGEST.plusMinutes(2);

  private final ClickHouseClient client;
  private final Tables tables;
  private final DeleteMutations mutations;
  private final Slots slots;
  private final InstantSource clock;
  private final Waits waits;
  private final Receipts receipts;
  private final PointCounts counts;
  private final DeletePlaces places = new DeletePlaces(PENDING_MAX);

  /**
   * How long one who deletes waits.
   *
   * @param count for the points to be counted. Where that takes longer the delete goes on beside
   *     it, and has begun on every server by then: none that leaves a question waiting for more
   *     than five seconds (queue_max_wait_ms) answers it
   * @param done for a small delete, so that its answer says that it is done
   */
  record Waits(Duration count, Duration done) {}

  public Deletes(ClickHouseClient client, Tables tables, Slots slots, InstantSource clock) {
    this(client, tables, slots, clock, WAITS);
  }

  Deletes(ClickHouseClient client, Tables tables, Slots slots, InstantSource clock, Waits waits) {
    this.waits = waits;
    this.client = client;
    this.tables = tables;
    this.mutations = new DeleteMutations(client, tables);
    this.slots = slots;
    this.clock = clock;
    this.receipts = new Receipts(client, tables);
    this.counts = new PointCounts(client, tables);
  }

  /**
   * Removes the points that are there now. The receipt is there before anything is removed, so that
   * whatever fails afterwards, nothing is gone without one.
   *
   * @param visibleFromMillis of which points the receipt counts, inclusive; what is inserted
   *     between its count and the delete is removed uncounted
   * @param begun hears of the delete as soon as it may be in force, also if this fails
   * @throws StoreException with the detail {@code operation_id} when nobody can say whether it is
   */
  public DeleteReceipt deleteBefore(
      DeleteRequest request, long visibleFromMillis, Consumer<DeleteReceipt> begun) {
    String operation = newOperation();
    try (DeletePlaces.Place place = places.enter(request.tenant(), operation, mutations::pending)) {
      return delete(request, operation, visibleFromMillis, begun, place);
    }
  }

  private DeleteReceipt delete(
      DeleteRequest request,
      String operation,
      long visibleFromMillis,
      Consumer<DeleteReceipt> begun,
      DeletePlaces.Place place) {
    Rows rows = new Rows(request, slots.rereadToChange(request.tenant(), request.metricName()));
    PointCounts.Count count = counts.begin(rows, visibleFromMillis);
    OptionalLong points = count.await(waits.count());
    DeleteReceipt receipt =
        new DeleteReceipt(operation, request, points, clock.instant(), Optional.empty());
    boolean counting = receipt.points().isEmpty() && !count.hasFailed();
    receipts.trim(request.tenant());
    receipts.insert(new Kept(receipt, false, counting));
    if (counting) {
      count.closeBeginning();
    }
    try {
      begin(rows, receipt, begun);
      place.close();
      return inForce(receipt, counting);
    } finally {
      if (counting) {
        count.whenDone(counted -> noteCounted(receipt, counted));
      }
    }
  }

  /** Whatever is known of it by then stays. */
  private void noteCounted(DeleteReceipt receipt, OptionalLong points) {
    TenantId tenant = receipt.request().tenant();
    try {
      receipts
          .find(tenant, receipt.operationId())
          .ifPresent(
              kept ->
                  receipts.insert(new Kept(kept.receipt().counted(points), kept.begun(), false)));
    } catch (ClickHouseFailure e) {
      LOG.warn(
          "{} removed {} points, which is not noted: {}",
          receipt.operationId(),
          points,
          e.getMessage());
    }
  }

  private String newOperation() {
    return "delete-%011x%08x".formatted(clock.millis(), UUID.randomUUID().hashCode());
  }

  private void begin(Rows rows, DeleteReceipt receipt, Consumer<DeleteReceipt> begun) {
    try {
      begin(rows, receipt);
    } finally {
      begun.accept(receipt);
    }
  }

  private void begin(Rows rows, DeleteReceipt receipt) {
    String name = DeleteMutations.named(receipt.operationId(), receipt.request().tenant());
    try {
      client.execute(new Alterations(tables).delete(rows, name));
    } catch (ClickHouseFailure e) {
      if (e.refused() || !e.sent()) {
        throw e;
      }
      if (stateOrAbsent(receipt) == State.ABSENT) {
        throw unknown(receipt, e);
      }
    }
  }

  private State stateOrAbsent(DeleteReceipt receipt) {
    try {
      return state(receipt);
    } catch (ClickHouseFailure e) {
      return State.ABSENT;
    }
  }

  private static StoreException unknown(DeleteReceipt receipt, ClickHouseFailure cause) {
    StoreException unknown =
        new StoreException(
            ErrorCode.STORAGE_UNAVAILABLE,
            "ClickHouse gave no answer, so nobody knows whether the delete began; ask for operation "
                + receipt.operationId()
                + ", or delete again",
            Map.of("operation_id", receipt.operationId()));
    unknown.initCause(cause);
    return unknown;
  }

  /** It is done or under way; what cannot be found out of that, or noted, is left for later. */
  private DeleteReceipt inForce(DeleteReceipt receipt, boolean counting) {
    try {
      if (!counting && stateSoon(receipt) == State.DONE) {
        return done(receipt);
      }
      receipts.insert(new Kept(receipt, true, counting));
    } catch (ClickHouseFailure e) {
      LOG.warn("{} is in force; what is left of it: {}", receipt.operationId(), e.getMessage());
    }
    return receipt;
  }

  /** Of an operation of any process; one that never began is none. */
  public Optional<DeleteReceipt> find(TenantId tenant, String operation) {
    return receipts.find(tenant, operation).flatMap(this::now);
  }

  private Optional<DeleteReceipt> now(Kept kept) {
    DeleteReceipt receipt = kept.receipt();
    boolean counting =
        kept.counting() && clock.instant().isBefore(receipt.requestedAt().plus(COUNTED_WITHIN));
    if (receipt.doneAt().isPresent() || (counting && kept.begun())) {
      return Optional.of(receipt);
    }
    return switch (state(receipt)) {
      case RUNNING -> Optional.of(receipt);
      case DONE -> Optional.of(done(receipt));
      case ABSENT -> absent(kept);
    };
  }

  private Optional<DeleteReceipt> absent(Kept kept) {
    if (kept.begun()) {
      return Optional.of(done(kept.receipt()));
    }
    Instant latest = kept.receipt().requestedAt().plus(BEGUN_WITHIN);
    return Optional.of(kept.receipt()).filter(one -> clock.instant().isBefore(latest));
  }

  private DeleteReceipt done(DeleteReceipt receipt) {
    DeleteReceipt done = receipt.done(clock.instant());
    receipts.insert(new Kept(done, true, false));
    return done;
  }

  private State state(DeleteReceipt receipt) {
    return mutations.state(receipt.operationId(), receipt.request().tenant());
  }

  private State stateSoon(DeleteReceipt receipt) {
    long giveUpNanos = System.nanoTime() + waits.done().toNanos();
    State state = state(receipt);
    while (state != State.DONE && System.nanoTime() < giveUpNanos && pause()) {
      state = state(receipt);
    }
    return state;
  }

  private static boolean pause() {
    try {
      Thread.sleep(POLL);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Counts under way end; their receipts are without points. */
  @Override
  public void close() {
    counts.close();
  }
}
