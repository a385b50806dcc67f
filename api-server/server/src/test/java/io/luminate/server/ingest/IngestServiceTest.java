// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.TenantId;
import io.luminate.server.PartialStore;
import io.luminate.store.AcceptedPoints;
import io.luminate.store.BodyHash;
import io.luminate.store.ErrorCode;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import io.luminate.store.WriteDecision;
import io.luminate.store.WriteRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a request under a key comes to, where other processes may have begun it. */
final class IngestServiceTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final byte[] OWN = {1};
  private static final byte[] OTHERS = {2};

  private final List<WriteRequest> written = new ArrayList<>();
  private final List<Optional<AcceptedPoints>> decoded = new ArrayList<>();
  private Optional<WriteDecision> bound = Optional.empty();
  private Optional<WriteDecision> faster = Optional.empty();
  private boolean refusesLater;
  private boolean closed;

  private final IdempotencyClaim.Held claim =
      new IdempotencyClaim.Held() {
        @Override
        public Optional<WriteDecision> bound() {
          return bound;
        }

        @Override
        public Optional<WriteDecision> bind(WriteDecision decision) {
          return faster;
        }

        @Override
        public void close() {
          closed = true;
        }
      };

  private MetricsStore store() {
    return PartialStore.of(Map.of("claim", _ -> claim, "write", this::written));
  }

  private @Nullable Object written(Object... arguments) {
    written.add((WriteRequest) arguments[0]);
    return null;
  }

  /** Three points, the second of which is refused unless it was accepted before. */
  private DecodedBatch decode(Optional<AcceptedPoints> accepted) {
    decoded.add(accepted);
    PointBatch points = new PointBatch(TENANT, 3);
    IntStream.range(0, 3)
        .filter(i -> accepted.map(a -> a.contains(i)).orElse(i != 1))
        .forEach(i -> points.add(i, 1_000, i));
    Rejection tooOld = Rejection.of(Rejection.Code.INVALID_TIMESTAMP, "too old");
    boolean refuses = accepted.isEmpty() || refusesLater;
    return new DecodedBatch(
        points, refuses ? List.of(new RejectedPoint(1, "m", tooOld)) : List.of(), 0);
  }

  private WriteOutcome write() {
    IdempotencyKey key = new IdempotencyKey("k", new BodyHash(1, 2));
    return new IngestService(store())
        .write(IngestScope.of(TENANT), Optional.of(key), this::decode, batch -> OWN);
  }

  private byte[] receiptWritten() {
    return written.getFirst().keyed().orElseThrow().receipt();
  }

  @Test
  void write_nobodyBefore_decidesItself() {
    assertThat(write())
        .isInstanceOfSatisfying(
            WriteOutcome.Stored.class, stored -> assertThat(stored.accepted()).isEqualTo(2));
    assertThat(receiptWritten()).isEqualTo(OWN);
    assertThat(decoded).containsExactly(Optional.empty());
    assertThat(closed).isTrue();
  }

  @Test
  void write_boundBefore_storesExactlyThoseAndAnswersSo() {
    AcceptedPoints all = AcceptedPoints.all(3);
    bound = Optional.of(new WriteDecision(all, OTHERS));
    assertThat(write())
        .isInstanceOfSatisfying(
            WriteOutcome.Replayed.class, r -> assertThat(r.receipt()).isEqualTo(OTHERS));
    assertThat(decoded).containsExactly(Optional.of(all));
    assertThat(written.getFirst().batch().size()).isEqualTo(3);
    assertThat(receiptWritten()).isEqualTo(OTHERS);
  }

  @Test
  void write_anotherWasFaster_startsAgainWithItsPoints() {
    AcceptedPoints first = new AcceptedPoints(3, List.of(1, 2));
    faster = Optional.of(new WriteDecision(first, OTHERS));
    assertThat(write()).isInstanceOf(WriteOutcome.Replayed.class);
    assertThat(decoded).containsExactly(Optional.empty(), Optional.of(first));
    assertThat(written).hasSize(1);
    assertThat(written.getFirst().batch().size()).isEqualTo(1);
    assertThat(receiptWritten()).isEqualTo(OTHERS);
  }

  @Test
  void write_boundPointsThatRulesRefuseByNow_storesNothing() {
    bound = Optional.of(new WriteDecision(AcceptedPoints.all(3), OTHERS));
    refusesLater = true;
    assertThatThrownBy(this::write)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL_ERROR))
        .hasMessageContaining("too old");
    assertThat(written).isEmpty();
    assertThat(closed).isTrue();
  }
}
