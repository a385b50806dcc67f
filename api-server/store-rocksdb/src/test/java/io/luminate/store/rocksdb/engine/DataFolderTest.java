// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.MetricPoint;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.BodyHash;
import io.luminate.store.DeleteRequest;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.StoreException;
import io.luminate.store.ValuesQuery;
import io.luminate.store.WriteRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data folder as the first version of the formats wrote it: catalog, segments, and a journal with
 * every kind of frame that had not been sealed when the process was killed. With {@code
 * -Dluminate.format.write=FILE} it is written anew, which a released version never needs.
 */
final class DataFolderTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");

  /** 2026-03-11T12:00:00Z. */
  private static final long NOW = 1_773_230_400_000L;

  private static final BodyHash BODY = new BodyHash(7, 8);
  private static final byte[] RECEIPT = {1, 2, 3};
  private static final String RESOURCE = "/format/data-v1.zip";

  @TempDir Path folder;

  @Test
  void folder_underOtherEntityKeys_isRefusedByBothLists() {
    RocksStoreOptions options = RocksStoreOptions.defaults();
    RocksMetricsStore.open(folder, options).close();
    EntityKeys others = new EntityKeys(List.of("user_id", "customer_id"));
    assertThatThrownBy(
            () ->
                RocksMetricsStore.open(
                    folder,
                    options.withData(others, RetentionPolicies.keepFor(Duration.ofDays(30)))))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("entity_keys: customer_id,user_id,account_id,org_id,tenant")
        .hasMessageContaining("told user_id,customer_id");
    RocksMetricsStore.open(folder, options).close();
  }

  @Test
  void folderOfVersionOne_answersAsItDid() throws IOException {
    Path data = folder.resolve("data");
    String write = System.getProperty("luminate.format.write", "");
    if (!write.isEmpty()) {
      try (RocksMetricsStore store = open(folder.resolve("made"))) {
        fill(store);
        // As if killed: what is not sealed stays in the journal.
        zip(folder.resolve("made"), Path.of(write));
      }
    }
    unzip(data);
    try (RocksMetricsStore store = open(data)) {
      check(store);
    }
    try (RocksMetricsStore store = open(data)) {
      store.sealNow();
      store.mergeNow();
      check(store);
    }
  }

  private static void fill(RocksMetricsStore store) {
    write(store, ACME, "latency", NOW - 3_000, 1.5, "customer_id", "c1", "region", "eu");
    write(store, ACME, "latency", NOW - 2_000, -0.0, "customer_id", "c2");
    write(store, ACME, "deleted", NOW - 2_000, 5);
    write(store, GLOBEX, "latency", NOW - 86_400_000, 1e300, "ключ", "значение");
    store.setRetention(ACME, "short", Duration.ofDays(3));
    keyed(store, "sealed-key");
    store.sealNow();
    write(store, ACME, "latency", NOW - 1_000, 2.25, "customer_id", "c1", "region", "eu");
    write(store, ACME, "new", NOW - 500, 9, "customer_id", "c3");
    write(store, ACME, "deleted", NOW - 1_000, 6);
    keyed(store, "journal-key");
    store.deleteBefore(DeleteRequest.of(ACME, "deleted", NOW));
    write(store, ACME, "deleted", NOW - 900, 7);
    store.setRetention(GLOBEX, "latency", Duration.ofDays(20));
  }

  private static void check(RocksMetricsStore store) {
    assertThat(points(store, ACME, "latency"))
        .containsExactly(
            point(NOW - 3_000, 1.5, "customer_id", "c1", "region", "eu"),
            point(NOW - 2_000, -0.0, "customer_id", "c2"),
            point(NOW - 1_000, 2.25, "customer_id", "c1", "region", "eu"));
    assertThat(points(store, ACME, "new"))
        .containsExactly(point(NOW - 500, 9, "customer_id", "c3"));
    assertThat(points(store, ACME, "deleted")).containsExactly(point(NOW - 900, 7));
    assertThat(points(store, ACME, "keyed")).hasSize(2);
    assertThat(points(store, GLOBEX, "latency"))
        .containsExactly(point(NOW - 86_400_000, 1e300, "ключ", "значение"));
    assertThat(store.listMetrics(new MetricNamesQuery(ACME, "", 10, List.of()), control()).names())
        .containsExactly("deleted", "keyed", "latency", "new");
    ValuesQuery customers = new ValuesQuery(ACME, "latency", "customer_id", "", 10, List.of());
    assertThat(
            store.listDimensionValues(customers, control()).values().stream().map(v -> v.value()))
        .containsExactly("c1", "c2");
    for (String key : List.of("sealed-key", "journal-key")) {
      IdempotencyClaim claim = store.claim(ACME, key, BODY, control());
      assertThat(claim).isInstanceOf(IdempotencyClaim.Replay.class);
      assertThat(((IdempotencyClaim.Replay) claim).receipt()).isEqualTo(RECEIPT);
    }
  }

  private static void write(
      RocksMetricsStore store,
      TenantId tenant,
      String metric,
      long timestampMillis,
      double value,
      String... dimensions) {
    PointBatch batch = new PointBatch(tenant, 1);
    batch.add(
        store.seriesHandle(tenant, metric, Dimensions.of(dimensions)), timestampMillis, value);
    store.write(WriteRequest.unkeyed(batch));
  }

  private static void keyed(RocksMetricsStore store, String key) {
    PointBatch batch = new PointBatch(ACME, 1);
    batch.add(store.seriesHandle(ACME, "keyed", Dimensions.EMPTY), NOW - 100, 1);
    IdempotencyClaim claim = store.claim(ACME, key, BODY, control());
    store.write(WriteRequest.keyed(batch, (IdempotencyClaim.Held) claim, RECEIPT));
  }

  private static MetricPoint point(long timestampMillis, double value, String... dimensions) {
    return new MetricPoint(timestampMillis, value, Dimensions.of(dimensions));
  }

  private static List<MetricPoint> points(RocksMetricsStore store, TenantId tenant, String metric) {
    RangeQuery all =
        new RangeQuery(
            tenant,
            metric,
            new TimeRange(NOW - 10 * 86_400_000L, NOW),
            List.of(),
            100,
            Optional.empty());
    return store.queryRange(all, control()).points();
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofSeconds(30));
  }

  private static RocksMetricsStore open(Path data) {
    return RocksMetricsStore.open(
        data,
        RocksStoreOptions.defaults()
            .withClock(InstantSource.fixed(Instant.ofEpochMilli(NOW)))
            .withData(EntityKeys.DEFAULT, RetentionPolicies.keepFor(Duration.ofDays(30)))
            .withIdempotency(Duration.ofDays(36_500), 1_000)
            .withSizes(4 << 20, 1 << 20, 1 << 20, 0)
            .withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO));
  }

  /** RocksDB's own logs and options name the machine, and are not needed. */
  private static void zip(Path data, Path target) throws IOException {
    try (OutputStream file = Files.newOutputStream(target);
        ZipOutputStream zip = new ZipOutputStream(file);
        Stream<Path> files = Files.walk(data)) {
      for (Path one : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = one.getFileName().toString();
        if (!name.startsWith("LOG") && !name.startsWith("OPTIONS") && !name.equals("LOCK")) {
          zip.putNextEntry(new ZipEntry(data.relativize(one).toString()));
          Files.copy(one, zip);
        }
      }
    }
  }

  private static void unzip(Path target) throws IOException {
    try (InputStream resource = DataFolderTest.class.getResourceAsStream(RESOURCE);
        ZipInputStream zip = new ZipInputStream(resource)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = target.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
  }
}
