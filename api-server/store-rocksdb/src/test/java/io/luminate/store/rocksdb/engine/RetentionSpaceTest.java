// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.Filter;
import io.luminate.model.RetentionHold;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.PointBatch;
import io.luminate.store.RetentionReport;
import io.luminate.store.WriteRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What retention and deletes give back, and what they remember over restarts and kills. */
final class RetentionSpaceTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final Instant NOW = Instant.parse("2026-03-11T12:00:00Z");
  private static final Duration MONTH = Duration.ofDays(30);
  private static final RetentionRules LONG =
      RetentionRules.configured(RetentionPolicies.keepFor(MONTH));
  private static final RetentionRules SHORT =
      RetentionRules.configured(RetentionPolicies.keepFor(Duration.ofDays(2)));
  private static final int POINTS = 200_000;

  @TempDir Path folder;
  private Instant now = NOW;

  private RocksMetricsStore open(Path data, RetentionRules rules) {
    return RocksMetricsStore.open(
        data,
        RocksStoreOptions.defaults()
            .withClock(() -> now)
            .withData(EntityKeys.DEFAULT, RetentionPolicies.keepFor(MONTH))
            .withRetention(rules, Duration.ofHours(24))
            .withSizes(64 << 20, 1 << 30, 16 << 20, 0)
            .withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO));
  }

  /** Of values that no codec makes small. */
  private static void write(RocksMetricsStore store, Instant day, int points) {
    SplittableRandom random = new SplittableRandom(7);
    for (int written = 0; written < points; written += 10_000) {
      PointBatch batch = new PointBatch(ACME, 10_000);
      for (int i = 0; i < 10_000; i++) {
        Dimensions series = Dimensions.of("k", "v" + i % 10);
        long millis = day.toEpochMilli() + written + i;
        batch.add(store.seriesHandle(ACME, "m", series), millis, random.nextDouble());
      }
      store.write(WriteRequest.unkeyed(batch));
    }
    store.sealNow();
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  @Test
  void enforceRetention_afterTheGrace_givesSpaceBackAndNotBefore() throws IOException {
    Path data = folder.resolve("data");
    try (RocksMetricsStore store = open(data, LONG)) {
      write(store, NOW.minus(Duration.ofDays(5)), POINTS);
      write(store, NOW.minus(Duration.ofHours(1)), 10_000);
      store.applyRetention(SHORT);
      assertThat(store.enforceRetention().freed()).hasValue(new RetentionReport.Freed(0, 0, 0));
    }
    long before = bytes(data.resolve("db"));
    now = NOW.plus(Duration.ofHours(23));
    try (RocksMetricsStore store = open(data, SHORT)) {
      RetentionReport report = store.enforceRetention();
      assertThat(report.freed()).hasValue(new RetentionReport.Freed(0, 0, 0));
      assertThat(report.status().waiting())
          .extracting(RetentionHold::bytesUntil)
          .as("the restart did not begin it anew")
          .containsExactly(NOW.plus(Duration.ofHours(24)));
    }
    now = NOW.plus(Duration.ofHours(24));
    try (RocksMetricsStore store = open(data, SHORT)) {
      RetentionReport report = store.enforceRetention();
      assertThat(report.freed().orElseThrow().points()).isEqualTo(POINTS);
      assertThat(report.freed().orElseThrow().bytes()).isGreaterThan(POINTS * 6L);
      assertThat(report.status().waiting()).isEmpty();
      assertThat(before - bytes(data.resolve("db")))
          .as("of %d bytes", before)
          .isGreaterThan(POINTS * 6L);
    }
  }

  private static DeleteRequest ofSome(String... values) {
    List<Filter> filters = List.of(new Filter("k", List.of(values)));
    return new DeleteRequest(ACME, "m", NOW.toEpochMilli(), filters);
  }

  @Test
  void deleteBefore_withFilters_givesSpaceBackWithinAnHour() throws IOException {
    Path data = folder.resolve("data");
    try (RocksMetricsStore store = open(data, LONG)) {
      write(store, NOW.minus(Duration.ofDays(5)), POINTS);
      long before = bytes(data.resolve("db"));
      DeleteReceipt receipt = store.deleteBefore(ofSome("v0", "v1", "v2", "v3", "v4"));
      assertThat(receipt.points()).hasValue(POINTS / 2);
      assertThat(receipt.status()).isEqualTo(DeleteReceipt.Status.RUNNING);
      store.settleNow();
      now = NOW.plus(Duration.ofHours(2));
      store.settleNow();
      DeleteReceipt done = store.findDelete(ACME, receipt.operationId()).orElseThrow();
      assertThat(done.doneAt()).hasValue(now);
      assertThat(done.points()).hasValue(POINTS / 2);
      assertThat(before - bytes(data.resolve("db"))).isGreaterThan(POINTS / 2 * 6L);
    }
  }

  /** The folder is copied as it is at that instant, as if the process had been killed. */
  @Test
  void deleteBefore_killed_isInForceWithItsReceipt() throws IOException {
    Path data = folder.resolve("data");
    Path killed = folder.resolve("killed");
    DeleteReceipt receipt;
    try (RocksMetricsStore store = open(data, LONG)) {
      write(store, NOW.minus(Duration.ofDays(5)), 10_000);
      receipt = store.deleteBefore(ofSome("v0"));
      copy(data, killed);
    }
    try (RocksMetricsStore store = open(killed, LONG)) {
      DeleteReceipt found = store.findDelete(ACME, receipt.operationId()).orElseThrow();
      assertThat(found).isEqualTo(receipt);
      assertThat(store.deleteBefore(ofSome("v0", "v1")).points()).hasValue(1_000);
    }
  }

  @Test
  void findDelete_moreThanAreKept_theOldestAreForgotten() {
    try (RocksMetricsStore store = open(folder.resolve("data"), LONG)) {
      String first = "";
      String last = "";
      for (int i = 0; i <= DeleteReceipt.KEPT_MAX; i++) {
        now = NOW.plusMillis(i);
        last = store.deleteBefore(DeleteRequest.of(ACME, "none", 1)).operationId();
        first = first.isEmpty() ? last : first;
      }
      assertThat(store.findDelete(ACME, first)).isEmpty();
      assertThat(store.findDelete(ACME, last)).isPresent();
    }
  }
}
