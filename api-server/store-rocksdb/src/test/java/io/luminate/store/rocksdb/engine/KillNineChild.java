// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.TenantId;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.journal.Durability;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The process that is killed: four writers on a store so small that it seals, merges, drops and
 * recycles its journal all the time. Each acknowledged request becomes one line {@code writer
 * request} in a file, written after the store has returned.
 */
final class KillNineChild {
  static final int WRITERS = 4;
  static final int POINTS = 12;
  static final TenantId TENANT = new TenantId("acme");

  private KillNineChild() {}

  static RocksStoreOptions options(Durability durability) {
    RetentionPolicy brief =
        new RetentionPolicy("brief", Optional.empty(), "brief", Duration.ofDays(2));
    return RocksStoreOptions.defaults()
        .withData(EntityKeys.DEFAULT, new RetentionPolicies(Duration.ofDays(3_000), List.of(brief)))
        .withDurability(durability)
        .withSizes(24 << 10, 1 << 20, 256 << 10, 0)
        .withUpkeep(true, Duration.ofMillis(20), Duration.ofMillis(30));
  }

  /** Values name their request: {@code request * 16 + place}. */
  static double value(long request, int place) {
    return request * 16.0 + place;
  }

  static String metric(int writer) {
    return "writer_" + writer;
  }

  /** Arguments: data folder, file of acknowledgements, first request, durability. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    long first = Long.parseLong(arguments[2]);
    RocksMetricsStore store =
        RocksMetricsStore.open(folder, options(Durability.valueOf(arguments[3])));
    try (FileOutputStream acknowledged = new FileOutputStream(arguments[1], true)) {
      List<Thread> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int number = writer;
        writers.add(Thread.ofPlatform().start(() -> write(store, number, first, acknowledged)));
      }
      System.out.println("started");
      for (Thread writer : writers) {
        writer.join();
      }
    }
  }

  private static void write(
      RocksMetricsStore store, int writer, long first, FileOutputStream acknowledged) {
    Random random = new Random(first * WRITERS + writer);
    for (long request = first; ; request++) {
      try {
        store.write(WriteRequest.unkeyed(batch(store, writer, request, random)));
        String line = writer + " " + request + "\n";
        acknowledged.write(line.getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (StoreException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  private static PointBatch batch(
      RocksMetricsStore store, int writer, long request, Random random) {
    long now = System.currentTimeMillis();
    PointBatch batch = new PointBatch(TENANT, POINTS + 1);
    for (int place = 0; place < POINTS; place++) {
      int customer = random.nextInt(10) == 0 ? random.nextInt(100_000) : random.nextInt(20);
      long handle =
          store.seriesHandle(TENANT, metric(writer), Dimensions.of("customer_id", "c" + customer));
      long time = now - random.nextInt(4) * PartitionKey.DAY_MILLIS - random.nextInt(1_000_000);
      batch.add(handle, time, value(request, place));
    }
    long old = store.seriesHandle(TENANT, "brief", Dimensions.of("writer", "w" + writer));
    batch.add(old, now - 4 * PartitionKey.DAY_MILLIS, 1);
    return batch;
  }
}
