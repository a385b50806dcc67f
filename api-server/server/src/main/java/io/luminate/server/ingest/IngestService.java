// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import io.luminate.store.IdempotencyClaim;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.WriteRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Stores what a decoder delivers, once per idempotency key. */
public final class IngestService {
  /** How long a duplicate waits for the request that holds its key. */
  private static final Duration CLAIM_WAIT = Duration.ofSeconds(30);

  private final MetricsStore store;

  public IngestService(MetricsStore store) {
    this.store = store;
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
      Supplier<DecodedBatch> decoder,
      Function<DecodedBatch, byte[]> receipt) {
    if (key.isEmpty()) {
      DecodedBatch batch = decoder.get();
      return store(batch, () -> writeUnkeyed(batch));
    }
    QueryControl control = QueryControl.withTimeout(CLAIM_WAIT);
    IdempotencyKey named = key.get();
    return switch (store.claim(scope.tenant(), named.key(), named.body(), control)) {
      case IdempotencyClaim.Replay replay -> new WriteOutcome.Replayed(replay.receipt());
      case IdempotencyClaim.Held held -> writeKeyed(held, decoder, receipt);
    };
  }

  private WriteOutcome writeKeyed(
      IdempotencyClaim.Held held,
      Supplier<DecodedBatch> decoder,
      Function<DecodedBatch, byte[]> receipt) {
    try (held) {
      DecodedBatch batch = decoder.get();
      return store(
          batch, () -> store.write(WriteRequest.keyed(batch.points(), held, receipt.apply(batch))));
    }
  }

  private void writeUnkeyed(DecodedBatch batch) {
    if (batch.points().size() > 0) {
      store.write(WriteRequest.unkeyed(batch.points()));
    }
  }

  private static WriteOutcome store(DecodedBatch batch, Runnable write) {
    if (batch.points().size() == 0 && !batch.rejected().isEmpty()) {
      return new WriteOutcome.AllRejected(batch.rejected());
    }
    write.run();
    return new WriteOutcome.Stored(batch.points().size(), batch.rejected());
  }
}
