// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.journal.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The process whose files and memory are bounded. Prints what it came to: {@code points N}, {@code
 * found N} of one metric, {@code files N} on disk at most, {@code open N} of them at most, and
 * {@code resident N} bytes at most.
 */
final class ManySmallMetricsChild {
  static final int METRICS = 50;
  static final int DAYS = 8;

  /** How often the figures are looked at, in tenants. */
  private static final int LOOK_EVERY = 10;

  private static final Path PROCESS = Path.of("/proc/self");

  private final Path folder;
  private final int tenants;
  private final long nowMillis = System.currentTimeMillis();
  private long files;
  private long opened;

  private ManySmallMetricsChild(Path folder, int tenants) {
    this.folder = folder.toAbsolutePath();
    this.tenants = tenants;
  }

  /** Arguments: data folder, number of tenants. */
  public static void main(String[] arguments) throws IOException {
    new ManySmallMetricsChild(Path.of(arguments[0]), Integer.parseInt(arguments[1])).run();
  }

  private static RocksStoreOptions options() {
    return RocksStoreOptions.defaults()
        .withDurability(Durability.PROCESS)
        .withUpkeep(true, Duration.ofMinutes(10), Duration.ZERO);
  }

  private void run() throws IOException {
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, options())) {
      for (int tenant = 0; tenant < tenants; tenant++) {
        write(store, tenant);
        if (tenant % LOOK_EVERY == 0) {
          look();
        }
      }
      store.sealNow();
      look();
    }
    try (RocksMetricsStore again = RocksMetricsStore.open(folder, options())) {
      System.out.println("points " + again.stats().points());
      for (int tenant = 0; tenant < tenants; tenant += LOOK_EVERY) {
        found(again, tenant);
      }
      System.out.println("found " + found(again, tenants - 1));
      look();
    }
    System.out.println("files " + files);
    System.out.println("open " + opened);
    System.out.println("resident " + residentBytesMax());
  }

  private void look() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      files = Math.max(files, all.filter(Files::isRegularFile).count());
    }
    opened = Math.max(opened, open());
  }

  private long open() throws IOException {
    try (Stream<Path> all = Files.list(PROCESS.resolve("fd"))) {
      return all.filter(this::isOfData).count();
    }
  }

  private boolean isOfData(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(folder);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  private static long residentBytesMax() throws IOException {
    try (Stream<String> lines = Files.lines(PROCESS.resolve("status"))) {
      String kilobytes = lines.filter(line -> line.startsWith("VmHWM:")).findFirst().orElseThrow();
      return Long.parseLong(kilobytes.replaceAll("\\D", "")) << 10;
    }
  }

  private static TenantId tenant(int number) {
    return new TenantId("tenant-" + number);
  }

  private void write(RocksMetricsStore store, int tenant) {
    PointBatch batch = new PointBatch(tenant(tenant), METRICS * DAYS);
    for (int metric = 0; metric < METRICS; metric++) {
      long handle =
          store.seriesHandle(tenant(tenant), "metric_" + metric, Dimensions.of("host", "h1"));
      for (int day = 0; day < DAYS; day++) {
        batch.add(handle, nowMillis - day * PartitionKey.DAY_MILLIS, metric);
      }
    }
    store.write(WriteRequest.unkeyed(batch));
  }

  private int found(RocksMetricsStore store, int tenant) {
    RangeQuery query =
        new RangeQuery(
            tenant(tenant),
            "metric_0",
            new TimeRange(0, nowMillis),
            List.of(),
            100,
            Optional.empty());
    return store
        .queryRange(query, QueryControl.withTimeout(Duration.ofSeconds(60)))
        .points()
        .size();
  }
}
