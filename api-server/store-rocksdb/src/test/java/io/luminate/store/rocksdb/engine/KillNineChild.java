// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.TenantId;
import io.luminate.store.BodyHash;
import io.luminate.store.DeleteRequest;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
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

  /** A point of each request, with the request as its value; deleted now and then. */
  static String doomed(int writer) {
    return "doomed_" + writer;
  }

  static boolean isKeyed(long request) {
    return request % 3 == 0;
  }

  static boolean endsWithDelete(long request) {
    return request % 16 == 15;
  }

  static String key(int writer, long request) {
    return "writer-" + writer + "-request-" + request;
  }

  /** The claim of a request's key, as its client would have it again. */
  static IdempotencyClaim claim(RocksMetricsStore store, int writer, long request) {
    return store.claim(
        TENANT,
        key(writer, request),
        new BodyHash(writer, request),
        QueryControl.withTimeout(Duration.ofMinutes(1)));
  }

  static byte[] receipt(long request) {
    return Long.toString(request).getBytes(StandardCharsets.US_ASCII);
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
        store.write(request(store, writer, request, batch(store, writer, request, random)));
        acknowledge(acknowledged, writer + " " + request);
        if (endsWithDelete(request)) {
          store.deleteBefore(
              DeleteRequest.of(TENANT, doomed(writer), System.currentTimeMillis() + 1));
          acknowledge(acknowledged, "delete " + writer + " " + request);
        }
        if (Culls.endsWithCull(request)) {
          String id = Culls.delete(store, writer, request).operationId();
          acknowledge(acknowledged, "cull " + writer + " " + request + " " + id);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (StoreException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  private static WriteRequest request(
      RocksMetricsStore store, int writer, long request, PointBatch batch) {
    return isKeyed(request)
        ? WriteRequest.keyed(
            batch, (IdempotencyClaim.Held) claim(store, writer, request), receipt(request))
        : WriteRequest.unkeyed(batch);
  }

  private static void acknowledge(FileOutputStream acknowledged, String line) throws IOException {
    acknowledged.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static PointBatch batch(
      RocksMetricsStore store, int writer, long request, Random random) {
    long now = System.currentTimeMillis();
    PointBatch batch = new PointBatch(TENANT, POINTS + 2 + Culls.GROUPS * Culls.POINTS);
    for (int place = 0; place < POINTS; place++) {
      int customer = random.nextInt(10) == 0 ? random.nextInt(100_000) : random.nextInt(20);
      long handle =
          store.seriesHandle(TENANT, metric(writer), Dimensions.of("customer_id", "c" + customer));
      long time = now - random.nextInt(4) * PartitionKey.DAY_MILLIS - random.nextInt(1_000_000);
      batch.add(handle, time, value(request, place));
    }
    long old = store.seriesHandle(TENANT, "brief", Dimensions.of("writer", "w" + writer));
    batch.add(old, now - 4 * PartitionKey.DAY_MILLIS, 1);
    batch.add(store.seriesHandle(TENANT, doomed(writer), Dimensions.EMPTY), now, request);
    Culls.addPoints(store, writer, request, random, batch);
    return batch;
  }
}
