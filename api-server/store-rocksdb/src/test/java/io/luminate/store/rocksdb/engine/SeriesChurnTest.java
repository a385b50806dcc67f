// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.Filter;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.DeleteRequest;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.WriteRequest;
import io.luminate.store.reference.ReferenceStore;
import io.luminate.store.rocksdb.index.Dictionary;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.journal.Durability;
import io.luminate.store.testkit.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many times more series than the index has room for go through a metric, day after day. Answers
 * are those of a store that looks at every point, also after restarts, and kills at any step.
 */
final class SeriesChurnTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final Duration KEPT = Duration.ofDays(2);
  private static final int DAYS = 21;
  private static final int SERIES_A_DAY = 150;
  private static final int LASTING_SERIES = 40;
  private static final long SEED = 20_260_311;

  /** Room for the series of some six days. */
  private static final int INDEX_BYTES_MAX = 330_000;

  /** Three days have points, those of the day that went last wait for the round, one comes. */
  private static final int SERIES_MAX = 5 * SERIES_A_DAY + LASTING_SERIES;

  @TempDir Path folder;
  private final TestClock clock = new TestClock(Instant.parse("2026-03-11T01:00:00Z"));
  private final Random random = new Random(SEED);
  private final ReferenceStore reference =
      new ReferenceStore(clock, RetentionPolicies.keepFor(KEPT));
  private final Map<String, Map<Dimensions, Long>> remembered = new HashMap<>();
  private RocksMetricsStore store;
  private int copies;

  @BeforeEach
  void open() {
    store = open(folder.resolve("data"));
  }

  private RocksMetricsStore open(Path data) {
    return RocksMetricsStore.open(
        data,
        RocksStoreOptions.defaults()
            .withClock(clock)
            .withData(EntityKeys.DEFAULT, RetentionPolicies.keepFor(KEPT))
            .withSizes(8 << 20, 64 << 20, 1 << 20, 0)
            .withDurability(Durability.PROCESS)
            .withIndex(INDEX_BYTES_MAX)
            .withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO));
  }

  @Test
  void newSeriesEachDay_areTakenForEver_andAnswersAreExact() throws IOException {
    int catalogBytes = 0;
    for (int day = 0; day < DAYS; day++) {
      writeDay("m", day);
      writeDay("n", day);
      if (day % 3 > 0) {
        store.sealNow();
      }
      if (day % 7 == 6) {
        store.mergeNow();
      }
      expire(day == 11);
      assertBounded(day);
      catalogBytes = day == DAYS / 2 ? catalogBytes() : catalogBytes;
      if (day % 5 == 4) {
        check(store, day);
        restart();
        check(store, day);
      }
    }
    assertThat(catalogBytes()).isLessThan(catalogBytes * 3 / 2);
    store.close();
  }

  /** Whatever is deleted is as dead as what expired. */
  @Test
  void deletedSeries_makeRoomForOthers() {
    for (int day = 0; day < DAYS / 3; day++) {
      writeDay("m", day);
      store.sealNow();
      delete(Filter.equal("region", "r" + day % 2));
      delete();
      store.settleNow();
      clock.advance(Duration.ofHours(2));
      store.settleNow();
      expire(false);
      assertBounded(day);
      check(store, day);
    }
    store.close();
  }

  @Test
  void metricsAndKeysOfOneDay_goToo() {
    for (int day = 0; day < DAYS / 2; day++) {
      Map<String, String> pairs = Map.of("customer_id", "c", "key_" + day, "v" + day);
      write("once_" + day, Dimensions.of(pairs), 2);
      write("m", Dimensions.of(pairs), 2);
      if (day % 2 > 0) {
        store.sealNow();
      }
      if (day % 4 == 3) {
        restart();
      }
      expire(false);
      SameAnswers same = new SameAnswers(store, reference, ACME, "day " + day);
      TimeRange range = new TimeRange(clock.millis() - KEPT.toMillis(), clock.millis());
      same.check("m", range, List.of(List.of(), List.of(Filter.equal("key_" + day, "v" + day))));
      assertThat(store.engine().registry().names(ACME)).as("day %d", day).hasSizeLessThan(8);
      assertThat(index("m").keys()).as("day %d", day).hasSizeLessThan(8);
      assertThat(records("M")).as("day %d", day).isLessThan(8);
      assertThat(records("d")).as("day %d", day).isLessThan(10);
    }
    store.close();
  }

  private MetricIndex index(String metric) {
    return store.engine().registry().find(ACME, metric).orElseThrow();
  }

  private int records(String prefix) {
    AtomicLong records = new AtomicLong();
    store
        .engine()
        .catalog()
        .scanPrefix(
            prefix.getBytes(StandardCharsets.US_ASCII),
            (key, value) -> records.incrementAndGet() > 0);
    return records.intValue();
  }

  private void delete(Filter... filters) {
    for (MetricsStore each : List.of(store, reference)) {
      long before = clock.millis() - (filters.length == 0 ? 1_000 : 500);
      each.deleteBefore(new DeleteRequest(ACME, "m", before, List.of(filters)));
    }
  }

  /** Lasting series have a point each day, others live for one; both metrics share their values. */
  private void writeDay(String metric, int day) {
    for (int i = 0; i < SERIES_A_DAY + LASTING_SERIES; i++) {
      boolean lasting = i < LASTING_SERIES;
      String customer = lasting ? "lasting_" + i : "customer_" + day + "_" + i + "x".repeat(40);
      Map<String, String> pairs = new HashMap<>(Map.of("customer_id", customer));
      pairs.put("region", "r" + i % 3);
      if (i % 4 == 0) {
        pairs.put("kind", "k" + random.nextInt(3) + "_" + day);
      }
      write(metric, Dimensions.of(pairs), 1 + random.nextInt(3));
    }
  }

  private void write(String metric, Dimensions series, int points) {
    PointBatch batch = new PointBatch(ACME, points);
    PointBatch expected = new PointBatch(ACME, points);
    for (int i = 0; i < points; i++) {
      long millis = clock.millis() - random.nextInt(3_600) * 1_000L;
      double value = random.nextInt(1_000);
      batch.add(handle(metric, series), millis, value);
      expected.add(reference.seriesHandle(ACME, metric, series), millis, value);
    }
    store.write(WriteRequest.unkeyed(batch));
    reference.write(WriteRequest.unkeyed(expected));
  }

  private long handle(String metric, Dimensions series) {
    Map<Dimensions, Long> ofMetric = remembered.computeIfAbsent(metric, m -> new HashMap<>());
    long known = ofMetric.getOrDefault(series, -1L);
    if (known < store.lowestHandle()) {
      known = store.seriesHandle(ACME, metric, series);
      ofMetric.put(series, known);
    }
    return known;
  }

  /**
   * The next day, with a whole round.
   *
   * @param killing whether a copy of the folder is opened after each step
   */
  private void expire(boolean killing) {
    clock.advance(Duration.ofDays(1));
    store.enforceRetention();
    for (Duration wait : List.of(Duration.ZERO, DeadSeries.GRACE, DeadSeries.SEAL_WITHIN)) {
      clock.advance(wait);
      while (store.upkeep().forgetSeries()) {
        if (killing) {
          checkKilled();
        }
      }
    }
  }

  private void checkKilled() {
    Path copy = folder.resolve("killed-" + copies++);
    copy(folder.resolve("data"), copy);
    try (RocksMetricsStore killed = open(copy)) {
      check(killed, copies);
    }
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void restart() {
    store.close();
    store = open(folder.resolve("data"));
    remembered.clear();
  }

  private void check(MetricsStore actual, int day) {
    TimeRange range = new TimeRange(clock.millis() - KEPT.toMillis(), clock.millis());
    SameAnswers same = new SameAnswers(actual, reference, ACME, "seed " + SEED + ", day " + day);
    List<Filter> lasting = List.of(Filter.equal("customer_id", "lasting_7"));
    same.check("m", range, List.of(List.of(), lasting, List.of(Filter.equal("kind", ""))));
    same.check("n", range, List.of(List.of(Filter.equal("region", "r1"))));
  }

  private void assertBounded(int day) {
    SeriesRegistry registry = store.engine().registry();
    for (String metric : registry.names(ACME)) {
      MetricIndex index = registry.find(ACME, metric).orElseThrow();
      assertThat(index.seriesCount()).as("day %d", day).isLessThanOrEqualTo(SERIES_MAX);
    }
    for (Dictionary dictionary : registry.dictionaries(ACME).values()) {
      assertThat(dictionary.size()).as("day %d", day).isLessThanOrEqualTo(2 * SERIES_MAX);
    }
    assertThat(registry.memory().bytes()).isLessThanOrEqualTo(INDEX_BYTES_MAX);
  }

  /** Of series and strings. */
  private int catalogBytes() {
    AtomicLong bytes = new AtomicLong();
    for (String prefix : List.of("s", "d", "f")) {
      store
          .engine()
          .catalog()
          .scanPrefix(
              prefix.getBytes(StandardCharsets.US_ASCII),
              (key, value) -> bytes.addAndGet(key.length + value.length) > 0);
    }
    return bytes.intValue();
  }
}
