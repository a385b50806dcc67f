// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.BodyHash;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.journal.Durability;
import io.luminate.store.rocksdb.segment.SegmentId;
import io.luminate.store.rocksdb.segment.SegmentMeta;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many segments at once, as after a time without merging, merge in bounded steps. */
class MergeBacklogTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final int SEGMENTS = 40;

  @TempDir Path folder;

  /** One instant for all, so that they are of one day. */
  private final long nowMillis = System.currentTimeMillis();

  @Test
  void choose_backlog_takesTheSmallestOnly() {
    long[] points = LongStream.rangeClosed(1, SEGMENTS).map(i -> SEGMENTS + 1 - i).toArray();
    List<SegmentHandle> chosen = MergePlan.choose(segmentsOf(points), Set.of()).orElseThrow();
    assertThat(chosen.stream().map(s -> s.meta().points()))
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, MergePlan.INPUTS_MAX).boxed().toList());
  }

  @ParameterizedTest
  @CsvSource({
    "'5000000 5000000 5000000 1200000 1200000 500000', 6",
    "'1000 10 10', 2",
    "'100 60', 2",
    "'100 40', 0",
    "'100', 0",
    "'300000000 300000000', 0"
  })
  void chooseAtLeisure_takesAsManyAsGrowEnough(String points, int chosen) {
    long[] sizes = Arrays.stream(points.split(" ")).mapToLong(Long::parseLong).toArray();
    assertThat(MergePlan.choose(segmentsOf(sizes), Set.of())).isEmpty();
    assertThat(MergePlan.chooseAtLeisure(segmentsOf(sizes), Set.of()).map(List::size).orElse(0))
        .isEqualTo(chosen);
  }

  private EngineState segmentsOf(long... points) {
    List<SegmentHandle> segments = new ArrayList<>();
    try (RocksMetricsStore store = open()) {
      for (int i = 0; i < points.length; i++) {
        SegmentMeta meta = new SegmentMeta(new SegmentId(1, i), points[i], 1, 1, 1, 0, 1, 1);
        segments.add(new SegmentHandle(meta, 30, 0, store.engine().chunks()));
      }
    }
    return new EngineState(Map.of(), List.of(), segments, Tombstones.NONE);
  }

  @Test
  void mergeNow_backlog_keepsEveryPoint() {
    try (RocksMetricsStore store = open()) {
      long handle = store.seriesHandle(TENANT, "m", Dimensions.of("k", "v"));
      for (int i = 0; i < SEGMENTS; i++) {
        PointBatch batch = new PointBatch(TENANT, 1);
        batch.add(handle, nowMillis - nowMillis % 1_000, i);
        store.write(WriteRequest.unkeyed(batch));
        store.sealNow();
      }
      store.mergeNow();
      assertThat(store.stats(TENANT).points()).isEqualTo(SEGMENTS);
    }
  }

  /** Heads that wait for the end of a long merge take all memory. */
  @Test
  void mergeNow_headIsFull_sealsItMeanwhile() {
    try (RocksMetricsStore store = open(options().withSizes(2 << 20, 1L << 30, 64L << 20, 0))) {
      for (int i = 0; i < MergePlan.FAN_IN; i++) {
        write(store, 50_000);
        store.sealNow();
      }
      write(store, 150_000);
      assertThat(store.unsealedPoints()).isEqualTo(150_000);
      store.mergeNow();
      assertThat(store.unsealedPoints()).isZero();
      assertThat(store.stats(TENANT).points()).isEqualTo(MergePlan.FAN_IN * 50_000 + 150_000);
    }
  }

  /** Their answers wait in memory for a seal, which so few points would not bring about. */
  @Test
  @Timeout(60)
  void keyedWrites_withLongAnswers_bringASealAbout() throws InterruptedException {
    RocksStoreOptions upkeep =
        options()
            .withSizes(2 << 20, 1L << 30, 64L << 20, 0)
            .withUpkeep(true, Duration.ofHours(1), Duration.ZERO);
    try (RocksMetricsStore store = open(upkeep)) {
      for (int i = 0; i < 30; i++) {
        PointBatch batch = new PointBatch(TENANT, 1);
        batch.add(store.seriesHandle(TENANT, "m", Dimensions.EMPTY), nowMillis, i);
        IdempotencyClaim claim =
            store.claim(
                TENANT,
                "key" + i,
                new BodyHash(i, i),
                QueryControl.withTimeout(Duration.ofMinutes(1)));
        store.write(WriteRequest.keyed(batch, (IdempotencyClaim.Held) claim, new byte[100_000]));
      }
      while (store.unsealedPoints() > 20) {
        Thread.sleep(10);
      }
    }
  }

  private void write(RocksMetricsStore store, int points) {
    long handle = store.seriesHandle(TENANT, "m", Dimensions.of("k", "v"));
    PointBatch batch = new PointBatch(TENANT, points);
    for (int i = 0; i < points; i++) {
      batch.add(handle, nowMillis - nowMillis % 1_000, i);
    }
    store.write(WriteRequest.unkeyed(batch));
  }

  private RocksMetricsStore open() {
    return open(options());
  }

  private RocksMetricsStore open(RocksStoreOptions options) {
    return RocksMetricsStore.open(folder.resolve("data"), options);
  }

  private static RocksStoreOptions options() {
    return RocksStoreOptions.defaults()
        .withDurability(Durability.PROCESS)
        .withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO);
  }
}
