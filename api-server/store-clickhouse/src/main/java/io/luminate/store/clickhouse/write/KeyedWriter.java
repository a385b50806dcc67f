// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.model.TenantId;
import io.luminate.store.AcceptedPoints;
import io.luminate.store.BodyHash;
import io.luminate.store.ErrorCode;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.IdempotencyLedger;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.WriteDecision;
import io.luminate.store.clickhouse.write.block.LargeBlocks;
import io.luminate.store.clickhouse.write.block.PointBlock;
import io.luminate.store.clickhouse.write.block.Token;
import io.luminate.store.clickhouse.write.series.SeriesCursor;
import io.luminate.store.clickhouse.write.series.SeriesTable;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores keyed requests, each in an insert of its own under a token made of its use of the key.
 *
 * <p>Within this process the ledger in memory sees to it that a key has one holder, and answers
 * what it remembers. Between processes it is {@link KeyLedger}: who finds the key bound, and not
 * the note that its points are stored, stores them as it was decided, as whoever bound it may be
 * dead, or may be at it.
 */
final class KeyedWriter {
  private static final Logger LOG = LoggerFactory.getLogger(KeyedWriter.class);

  /** Of keys and answers; what is forgotten is in {@link KeyLedger} still. */
  private static final long REMEMBERED_BYTES_MAX = 8L << 20;

  /** Of a block that is kept: more than 10 000 rows have, whose texts are not long. */
  private static final long KEPT_BYTES_MAX = 2L << 20;

  private final PointInserts inserts;
  private final KeyLedger rows;
  private final SeriesTable series;
  private final LargeBlocks largeBlocks;
  private final IdempotencyLedger local;
  private final InstantSource clock;
  private final Duration window;
  private final Duration writeTimeout;
  private final InsertPlaces places;
  private final LastFailure lastFailure = new LastFailure();
  private final SecureRandom random = new SecureRandom();
  private final Queue<Encoder> encoders = new ConcurrentLinkedQueue<>();

  /** What makes a block, kept for the next request. */
  private record Encoder(PointBlock block, SeriesCursor cursor) {}

  KeyedWriter(
      PointInserts inserts,
      KeyLedger rows,
      SeriesTable series,
      LargeBlocks largeBlocks,
      InstantSource clock,
      WriteOptions options) {
    this.largeBlocks = largeBlocks;
    this.inserts = inserts;
    this.rows = rows;
    this.series = series;
    this.clock = clock;
    this.window = options.keys().window();
    this.local =
        new IdempotencyLedger(clock, window, options.keys().perTenantMax(), REMEMBERED_BYTES_MAX);
    this.writeTimeout = options.writeTimeout();
    this.places = new InsertPlaces(options.keys().inserts());
  }

  IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control) {
    KeyName name = new KeyName(tenant, key);
    return switch (local.claim(tenant, key, body, control)) {
      case IdempotencyClaim.Replay replay -> replay;
      case IdempotencyClaim.Held held -> {
        try {
          Optional<KeyUse> newest = rows.newest(name, Deadline.in(lookTime(control)));
          yield claim(new Claim(name, body, held), newest);
        } catch (RuntimeException e) {
          held.close();
          throw e;
        }
      }
    };
  }

  /** Another holder may be waited for longer than ClickHouse. */
  private Duration lookTime(QueryControl control) {
    Duration left = control.remaining();
    return left.compareTo(writeTimeout) < 0 ? left : writeTimeout;
  }

  private IdempotencyClaim claim(Claim claim, Optional<KeyUse> newest) {
    claim.previousMillis = newest.map(KeyUse::usedMillis).orElse(0L);
    Optional<KeyUse> valid = newest.filter(this::withinWindow);
    if (valid.isEmpty()) {
      return claim;
    }
    KeyUse use = valid.get();
    if (!use.body().equals(claim.body)) {
      throw IdempotencyLedger.reused(claim.name.key());
    }
    if (use.done()) {
      claim.remember(use);
      return new IdempotencyClaim.Replay(use.decision().receipt());
    }
    claim.use = valid;
    claim.begunBefore = true;
    return claim;
  }

  private boolean withinWindow(KeyUse use) {
    return clock.millis() - use.usedMillis() <= window.toMillis();
  }

  /** Stores the points that the claim is bound to, or binds it to all of them first. */
  void write(PointBatch points, IdempotencyClaim.Held held, byte[] receipt) {
    if (!(held instanceof Claim claim) || claim.writer() != this) {
      throw new IllegalArgumentException("the claim was not made by this store");
    }
    if (claim.use.isEmpty()
        && claim.bind(new WriteDecision(AcceptedPoints.all(points.size()), receipt)).isPresent()) {
      throw new StoreException(
          ErrorCode.OVERLOADED, "another request under the same key came first; send it again");
    }
    KeyUse use = claim.use.orElseThrow();
    enter(claim);
    try {
      insert(points, claim, use);
    } finally {
      places.leave();
    }
    finish(claim, use);
  }

  private void enter(Claim claim) {
    try {
      if (places.enter(claim.name.tenant(), writeTimeout)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw WriteFailure.PASSING.answer(claim.begunBefore);
    }
    throw new StoreException(
        ErrorCode.OVERLOADED,
        "too many requests with an Idempotency-Key at once; send it again",
        Map.of(
            "write_timeout_ms",
            writeTimeout.toMillis(),
            "stored",
            claim.begunBefore ? "unknown" : "no"));
  }

  private void insert(PointBatch points, Claim claim, KeyUse use) {
    Encoder encoder =
        Optional.ofNullable(encoders.poll())
            .orElseGet(() -> new Encoder(new PointBlock(largeBlocks), series.cursor()));
    try {
      insert(points, claim, use, encoder);
    } finally {
      boolean kept = encoder.block().bytes() <= KEPT_BYTES_MAX;
      encoder.block().clear();
      if (kept) {
        encoders.add(encoder);
      }
    }
  }

  private void insert(PointBatch points, Claim claim, KeyUse use, Encoder encoder) {
    if (!encoder.block().add(points, encoder.cursor())) {
      throw BatchWriter.forgotten(claim.begunBefore);
    }
    Token token = claim.name.token("points " + use.usedMillis() + " " + use.nonce());
    noted(
        () -> {
          inserts.store(encoder.block(), token, Deadline.in(writeTimeout), claim.begunBefore);
          return true;
        });
    lastFailure.stored();
  }

  private <T> T noted(Supplier<T> insert) {
    try {
      return insert.get();
    } catch (StoreException e) {
      lastFailure.failed(e);
      throw e;
    }
  }

  /** Why points are not stored, if they were not a short while ago. */
  LastFailure lastFailure() {
    return lastFailure;
  }

  /** The points are stored: without this, the next to come would only look once more. */
  private void finish(Claim claim, KeyUse use) {
    try {
      rows.finish(claim.name, use, Deadline.in(writeTimeout));
    } catch (StoreException e) {
      LOG.warn("{} is stored and not noted as such: {}", claim.name, e.getMessage());
    }
    claim.remember(use);
  }

  private final class Claim implements IdempotencyClaim.Held {
    private final KeyName name;
    private final BodyHash body;
    private final IdempotencyClaim.Held held;

    /** When the key was used before, 0 for never. */
    private long previousMillis;

    private Optional<KeyUse> use = Optional.empty();

    /** Whether somebody else may have inserted the points. */
    private boolean begunBefore;

    Claim(KeyName name, BodyHash body, IdempotencyClaim.Held held) {
      this.name = name;
      this.body = body;
      this.held = held;
    }

    KeyedWriter writer() {
      return KeyedWriter.this;
    }

    @Override
    public Optional<WriteDecision> bound() {
      return use.map(KeyUse::decision);
    }

    @Override
    public Optional<WriteDecision> bind(WriteDecision decision) {
      long usedMillis = Math.max(clock.millis(), previousMillis + 1);
      KeyUse own = new KeyUse(body, decision, usedMillis, random.nextLong(), false);
      KeyUse bound = noted(() -> rows.bind(name, own, previousMillis, Deadline.in(writeTimeout)));
      if (!bound.body().equals(body)) {
        throw IdempotencyLedger.reused(name.key());
      }
      use = Optional.of(bound);
      begunBefore = !bound.isSameAs(own);
      return begunBefore ? bound() : Optional.empty();
    }

    void remember(KeyUse stored) {
      local.record(
          held,
          new IdempotencyLedger.Entry(
              name.tenant(), name.key(), body, stored.decision().receipt(), stored.usedMillis()));
    }

    @Override
    public void close() {
      held.close();
    }
  }
}
