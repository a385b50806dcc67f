// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.PointBatch;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesAdmission.Admitted;
import io.luminate.store.SeriesAdmission.Refused;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesName;
import io.luminate.store.SeriesRequest;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.journal.JournalDrive;
import io.luminate.store.rocksdb.journal.SimulatedDisk;
import io.luminate.store.rocksdb.query.QueryExecutor;
import io.luminate.store.rocksdb.segment.BlockBuffer;
import io.luminate.store.rocksdb.segment.BlockKey;
import io.luminate.store.rocksdb.segment.ChunkStore;
import io.luminate.store.rocksdb.segment.CorruptSegmentException;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import io.luminate.store.rocksdb.segment.ForwardingChunkStore;
import io.luminate.store.rocksdb.segment.StorageUnavailableException;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A metric at its limit whose series cannot be counted. */
class UnansweredSeriesTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final SeriesLimits FULL = limit(3);

  private final AtomicLong now = new AtomicLong(System.currentTimeMillis());
  private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());

  private static SeriesLimits limit(long series) {
    return new SeriesLimits(series, Long.MAX_VALUE, SeriesLimits.Overflow.REJECT);
  }

  private static SeriesName series(String metric, String value) {
    return new SeriesName(metric, Dimensions.of("k", value));
  }

  /** What is read from a segment is damaged or away, while a test says so. */
  private static final class Reads extends ForwardingChunkStore {
    private Optional<Supplier<RuntimeException>> failure = Optional.empty();

    Reads(ChunkStore inner) {
      super(inner);
    }

    @Override
    public void read(BlockKey key, BlockBuffer into) {
      failure.ifPresent(
          fails -> {
            throw fails.get();
          });
      super.read(key, into);
    }
  }

  /** An engine with a metric of three series, in a segment. */
  private final class Metric implements AutoCloseable {
    private final Reads reads;
    private final Engine engine;
    private final QueryExecutor executor;
    private final SeriesGate gate;

    Metric(long bytesTogether) throws IOException {
      ForgetfulStorage storage = new ForgetfulStorage();
      reads = new Reads(storage.chunks());
      engine =
          new Engine(
              new SimulatedDisk(1),
              storage.catalog(),
              reads,
              ByHand.options(clock),
              JournalDrive.INLINE);
      Upkeep upkeep = new Upkeep(engine);
      executor = new QueryExecutor(reads, 1, 1 << 20, bytesTogether);
      gate = new SeriesGate(engine, new Snapshots(engine, upkeep), executor);
      PointBatch batch = new PointBatch(TENANT, 3);
      for (String value : List.of("a", "b", "c")) {
        Admitted admitted = (Admitted) offer(SeriesLimits.NONE, value);
        batch.add(admitted.handle(), now.get(), 1);
      }
      engine.write(WriteRequest.unkeyed(batch));
      upkeep.sealAll();
    }

    SeriesAdmission offer(SeriesLimits limits, String value) {
      return offer(limits, List.of(value)).getFirst();
    }

    List<SeriesAdmission> offer(SeriesLimits limits, List<String> values) {
      List<SeriesName> names = values.stream().map(value -> series("m", value)).toList();
      return gate.admit(new SeriesRequest(TENANT, names, limits));
    }

    @Override
    public void close() {
      executor.close();
      engine.close();
    }
  }

  @Test
  void damage_refusesNothing_andIsNotReadAgainForAMinute() throws Exception {
    try (Metric metric = new Metric(1 << 20)) {
      metric.reads.failure =
          Optional.of(() -> new CorruptSegmentException("rotten", new IOException("simulated")));
      assertThat(metric.offer(FULL, List.of("a", "new", "b")))
          .allMatch(answer -> answer instanceof Admitted);
      assertThat(metric.gate.unansweredSeries()).isEqualTo(1);
      assertThat(metric.engine.damage().places()).containsExactly("rotten");
      metric.reads.failure = Optional.empty();
      now.addAndGet(UnansweredCounts.REMEMBERED.toMillis() - 1);
      assertThat(metric.offer(FULL, "newer")).isInstanceOf(Admitted.class);
      assertThat(metric.gate.unansweredSeries()).isEqualTo(2);
      now.addAndGet(1);
      assertThat(metric.offer(FULL, "newest")).isInstanceOf(Refused.class);
      assertThat(metric.offer(FULL, "newer")).isInstanceOf(Admitted.class);
      assertThat(metric.offer(FULL, "a")).isInstanceOf(Admitted.class);
      assertThat(metric.gate.unansweredSeries()).isEqualTo(2);
    }
  }

  @Test
  void damage_doesNotRefuseAMetric_whetherItExistsOrNot() throws Exception {
    try (Metric metric = new Metric(1 << 20)) {
      metric.reads.failure =
          Optional.of(() -> new CorruptSegmentException("rotten", new IOException("simulated")));
      SeriesLimits none = new SeriesLimits(10, 0, SeriesLimits.Overflow.REJECT);
      assertThat(metric.offer(none, "a")).isInstanceOf(Admitted.class);
      SeriesLimits one = new SeriesLimits(10, 1, SeriesLimits.Overflow.REJECT);
      SeriesRequest other = new SeriesRequest(TENANT, List.of(series("other", "a")), one);
      assertThat(metric.gate.admit(other)).allMatch(answer -> answer instanceof Admitted);
      assertThat(metric.gate.unansweredSeries()).isEqualTo(1);
      metric.reads.failure = Optional.empty();
      SeriesRequest third = new SeriesRequest(TENANT, List.of(series("third", "a")), one);
      assertThat(metric.gate.admit(third)).allMatch(answer -> answer instanceof Refused);
    }
  }

  @Test
  void storageThatIsAway_refusesNothing() throws Exception {
    try (Metric metric = new Metric(1 << 20)) {
      metric.reads.failure =
          Optional.of(
              () -> new StorageUnavailableException("away", false, new IOException("simulated")));
      assertThat(metric.offer(FULL, List.of("new", "a")))
          .allMatch(answer -> answer instanceof Admitted);
      assertThat(metric.offer(limit(0), "newer"))
          .as("a limit of 0 needs no count")
          .isInstanceOf(Refused.class);
      assertThat(metric.gate.unansweredSeries()).isEqualTo(1);
    }
  }

  @Test
  void queriesThatHoldAllMemory_refuseNothing() throws Exception {
    try (Metric metric = new Metric(0)) {
      assertThat(metric.offer(FULL, List.of("a", "new", "b", "c")))
          .allMatch(answer -> answer instanceof Admitted);
      assertThat(metric.gate.unansweredSeries()).isEqualTo(1);
    }
  }
}
