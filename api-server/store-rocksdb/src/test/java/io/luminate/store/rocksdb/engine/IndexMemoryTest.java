// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.PointBatch;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesAdmission.Folded;
import io.luminate.store.SeriesAdmission.Refused;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesLimits.Overflow;
import io.luminate.store.SeriesMemory;
import io.luminate.store.SeriesName;
import io.luminate.store.SeriesRequest;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However long the names of series are, their index stays within its share of the heap. */
final class IndexMemoryTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");
  private static final int INDEX_BYTES_MAX = 1 << 20;
  private static final long SHARE_BYTES = INDEX_BYTES_MAX / 4 * 3;
  private static final String LONG_TEXT = "x".repeat(200);

  @TempDir Path folder;

  @Test
  void longValues_pastTheBound_refuseNewSeriesAndTakeOldOnes() {
    try (RocksMetricsStore store = open(INDEX_BYTES_MAX)) {
      int known = fill(store, ACME, i -> Dimensions.of("k", LONG_TEXT + i));
      assertThat(known).isBetween(1_000, 5_000);
      write(store, ACME, Dimensions.of("k", LONG_TEXT + (known - 1)));
      StoreException refused = refusal(store, ACME, Dimensions.of("k", LONG_TEXT + "another"));
      assertThat(refused.code()).isEqualTo(ErrorCode.CARDINALITY_EXCEEDED);
      assertThat(refused.details())
          .containsEntry("metric_name", "m")
          .containsEntry("limit_bytes", SHARE_BYTES)
          .containsKey("used_bytes");
    }
    try (RocksMetricsStore store = open(INDEX_BYTES_MAX)) {
      write(store, ACME, Dimensions.of("k", LONG_TEXT + 0));
      assertThat(fill(store, ACME, i -> Dimensions.of("k", LONG_TEXT + "again" + i)))
          .isLessThan(1_000);
    }
  }

  /** Each is a column for all series of the metric. */
  @Test
  void manyKeys_pastTheBound_refuseNewSeries() {
    try (RocksMetricsStore store = open(INDEX_BYTES_MAX)) {
      int known = fill(store, ACME, i -> Dimensions.of("key_" + i, "v"));
      assertThat(known).isBetween(100, 1_000);
      write(store, ACME, Dimensions.of("key_0", "v"));
    }
  }

  /** Others find room, and are told of what they have themselves. */
  @Test
  void oneTenant_hasThreeQuarters_theOtherItsOwnRoom() {
    try (RocksMetricsStore store = open(INDEX_BYTES_MAX)) {
      int ofAcme = askFor(store, ACME, i -> Dimensions.of("k", LONG_TEXT + i));
      SeriesMemory acme = store.seriesMemory(ACME).orElseThrow();
      assertThat(acme.bytesMax()).isEqualTo(SHARE_BYTES);
      assertThat(acme.bytes()).isBetween(SHARE_BYTES / 10 * 9, SHARE_BYTES);
      assertThat(store.seriesMemory(GLOBEX).orElseThrow().bytes()).isZero();
      int ofGlobex = askFor(store, GLOBEX, i -> Dimensions.of("k", LONG_TEXT + i));
      assertThat(ofGlobex).as("beside %d", ofAcme).isBetween(ofAcme / 8, ofAcme / 2);
      assertThat(refusal(store, GLOBEX, Dimensions.of("k", LONG_TEXT + "another")).details())
          .as("it has less than its share")
          .containsEntry("limit", "index_bytes")
          .containsEntry("limit_bytes", (long) INDEX_BYTES_MAX / 16 * 15);
    }
  }

  /** Whatever fills the index, the arrays of series or their texts. */
  @ParameterizedTest
  @ValueSource(ints = {0, 20, 60, 200, 900})
  void fullIndex_foldedSeriesAreLetIn(int textLength) {
    String text = "x".repeat(textLength);
    try (RocksMetricsStore store = open(INDEX_BYTES_MAX)) {
      askFor(store, ACME, i -> Dimensions.of("k", text + i));
      assertFolds(store, ACME, "m", Dimensions.of("k", text + "another"));
      askFor(store, GLOBEX, i -> Dimensions.of("k", text + i));
      assertFolds(store, GLOBEX, "m", Dimensions.of("k", text + "another"));
      assertThat(admit(store, GLOBEX, "n", Dimensions.of("k", text, "l", "v"), Overflow.FOLD))
          .as("the first of a metric")
          .isNotInstanceOf(Refused.class);
      assertFolds(store, ACME, "m", Dimensions.of("k", text + "one more"));
      assertThat(admit(store, ACME, "m", Dimensions.of("k", text + "another"), Overflow.REJECT))
          .isInstanceOf(Refused.class);
    }
  }

  /** Sets of keys are without end. */
  @Test
  void roomForFoldedSeries_usedUpByOne_othersHaveTheirs() {
    try (RocksMetricsStore store = open(INDEX_BYTES_MAX)) {
      askFor(store, ACME, i -> Dimensions.of("k", LONG_TEXT + i));
      askFor(store, GLOBEX, i -> Dimensions.of("k", LONG_TEXT + i));
      int metrics = 0;
      while (!(admit(store, ACME, "m" + metrics, Dimensions.of("k", "v"), Overflow.FOLD)
          instanceof Refused)) {
        metrics++;
      }
      assertThat(metrics).isBetween(10, 500);
      assertFolds(store, GLOBEX, "m", Dimensions.of("k", LONG_TEXT + "another"));
      assertThat(store.seriesMemory(ACME).orElseThrow().bytes()).isLessThan(INDEX_BYTES_MAX);
    }
  }

  private static void assertFolds(
      RocksMetricsStore store, TenantId tenant, String metric, Dimensions series) {
    assertThat(admit(store, tenant, metric, series, Overflow.FOLD))
        .as("%s of %s", metric, tenant)
        .isInstanceOf(Folded.class);
  }

  private static SeriesAdmission admit(
      RocksMetricsStore store,
      TenantId tenant,
      String metric,
      Dimensions series,
      Overflow overflow) {
    SeriesLimits limits = new SeriesLimits(1_000_000, 1_000, overflow);
    List<SeriesName> one = List.of(new SeriesName(metric, series));
    return store.admit(new SeriesRequest(tenant, one, limits)).getFirst();
  }

  private interface Naming {
    Dimensions series(int number);
  }

  /** Writes new series until one is refused, and says how many went in. */
  private static int fill(RocksMetricsStore store, TenantId tenant, Naming naming) {
    for (int i = 0; i < 100_000; i++) {
      try {
        write(store, tenant, naming.series(i));
      } catch (StoreException e) {
        return i;
      }
    }
    throw new AssertionError("nothing was refused");
  }

  /** The same without a point. */
  private static int askFor(RocksMetricsStore store, TenantId tenant, Naming naming) {
    for (int i = 0; i < 100_000; i++) {
      try {
        store.seriesHandle(tenant, "m", naming.series(i));
      } catch (StoreException e) {
        return i;
      }
    }
    throw new AssertionError("nothing was refused");
  }

  private static StoreException refusal(
      RocksMetricsStore store, TenantId tenant, Dimensions series) {
    StoreException refused =
        catchThrowableOfType(StoreException.class, () -> store.seriesHandle(tenant, "m", series));
    assertThat(refused).as("%s", series).isNotNull();
    return refused;
  }

  private static void write(RocksMetricsStore store, TenantId tenant, Dimensions series) {
    PointBatch batch = new PointBatch(tenant, 1);
    batch.add(store.seriesHandle(tenant, "m", series), System.currentTimeMillis(), 1);
    store.write(WriteRequest.unkeyed(batch));
  }

  private RocksMetricsStore open(long indexBytesMax) {
    return RocksMetricsStore.open(
        folder.resolve("data"),
        RocksStoreOptions.defaults()
            .withIndex(indexBytesMax)
            .withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO));
  }
}
