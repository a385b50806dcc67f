// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import io.luminate.store.AcceptedPoints;
import io.luminate.store.ErrorCode;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.WriteDecision;
import io.luminate.store.WriteRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Stores what a decoder delivers, once per idempotency key. */
public final class IngestService {
  /** How long a duplicate waits for the request that holds its key. */
  private static final Duration CLAIM_WAIT = Duration.ofSeconds(30);

  private final MetricsStore store;

  public IngestService(MetricsStore store) {
    this.store = store;
  }

  /** Makes points of a request's body; may be asked again. */
  @FunctionalInterface
  public interface Decoder {
    /**
     * @param bound the points to accept, whatever the time is by now; else the rules decide
     */
    DecodedBatch decode(Optional<AcceptedPoints> bound);
  }

  /**
   * Decodes and stores one request. Under a key the claim comes first, so a repeated request is
   * answered without decoding it.
   *
   * @param receipt the answer to keep under the key, asked for only when something is stored
   */
  public WriteOutcome write(
      IngestScope scope,
      Optional<IdempotencyKey> key,
      Decoder decoder,
      Function<DecodedBatch, byte[]> receipt) {
    if (key.isEmpty()) {
      return writeUnkeyed(decoder.decode(Optional.empty()));
    }
    QueryControl control = QueryControl.withTimeout(CLAIM_WAIT);
    IdempotencyKey named = key.get();
    return switch (store.claim(scope.tenant(), named.key(), named.body(), control)) {
      case IdempotencyClaim.Replay replay -> new WriteOutcome.Replayed(replay.receipt());
      case IdempotencyClaim.Held held -> {
        try (held) {
          yield writeKeyed(held, decoder, receipt);
        }
      }
    };
  }

  private WriteOutcome writeUnkeyed(DecodedBatch batch) {
    if (allRejected(batch)) {
      return new WriteOutcome.AllRejected(batch.rejected());
    }
    if (batch.points().size() > 0) {
      store.write(WriteRequest.unkeyed(batch.points()));
    }
    return WriteOutcome.Stored.of(batch);
  }

  private WriteOutcome writeKeyed(
      IdempotencyClaim.Held held, Decoder decoder, Function<DecodedBatch, byte[]> receipt) {
    if (held.bound().isPresent()) {
      return complete(held, held.bound().get(), decoder);
    }
    DecodedBatch batch = decoder.decode(Optional.empty());
    if (allRejected(batch)) {
      return new WriteOutcome.AllRejected(batch.rejected());
    }
    WriteDecision own = new WriteDecision(batch.accepted(), receipt.apply(batch));
    Optional<WriteDecision> others = held.bind(own);
    if (others.isPresent()) {
      return complete(held, others.get(), decoder);
    }
    store.write(WriteRequest.keyed(batch.points(), held, own.receipt()));
    return WriteOutcome.Stored.of(batch);
  }

  /** Stores what another process decided, which may not have come to it. */
  private WriteOutcome complete(IdempotencyClaim.Held held, WriteDecision bound, Decoder decoder) {
    DecodedBatch batch = decoder.decode(Optional.of(bound.accepted()));
    if (!batch.rejected().isEmpty()) {
      throw new StoreException(
          ErrorCode.INTERNAL_ERROR,
          "a point that was accepted under this Idempotency-Key is refused by now: "
              + batch.rejected().getFirst().rejection().message());
    }
    store.write(WriteRequest.keyed(batch.points(), held, bound.receipt()));
    return new WriteOutcome.Replayed(bound.receipt());
  }

  private static boolean allRejected(DecodedBatch batch) {
    return batch.points().size() == 0 && !batch.rejected().isEmpty();
  }
}
