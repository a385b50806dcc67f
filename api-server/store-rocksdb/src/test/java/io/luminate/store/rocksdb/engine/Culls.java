// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Dimensions;
import io.luminate.model.Filter;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.PointBatch;
import io.luminate.store.rocksdb.head.PartitionKey;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Deletes with filters among the killed writers' requests. Each request has points in every group
 * of a metric of the writer's own, over several days and series; some requests end with a delete of
 * one group or two, of all that was written so far.
 */
final class Culls {
  static final int GROUPS = 4;

  /** Of each request in each group. */
  static final int POINTS = 3;

  /** All places of a group, as bits. */
  static final int WHOLE = (1 << POINTS) - 1;

  private static final int SERIES = 30;

  private Culls() {}

  static String metric(int writer) {
    return "culled_" + writer;
  }

  /** Values name their request and place: {@code request * 16 + group * POINTS + point}. */
  static void addPoints(
      RocksMetricsStore store, int writer, long request, Random random, PointBatch batch) {
    long now = System.currentTimeMillis();
    for (int place = 0; place < GROUPS * POINTS; place++) {
      Dimensions dimensions =
          Dimensions.of(
              "customer_id", "c" + random.nextInt(SERIES), "group", group(place / POINTS));
      long handle = store.seriesHandle(KillNineChild.TENANT, metric(writer), dimensions);
      long time = now - random.nextInt(3) * PartitionKey.DAY_MILLIS;
      batch.add(handle, time, KillNineChild.value(request, place));
    }
  }

  private static String group(int number) {
    return "g" + number;
  }

  static boolean endsWithCull(long request) {
    return request % 16 == 7;
  }

  /** What a request's delete takes: one group, or two. */
  static int[] groups(long request) {
    int first = (int) (request / 16 % GROUPS);
    return request / (16 * GROUPS) % 2 == 0
        ? new int[] {first}
        : new int[] {first, (first + 1) % GROUPS};
  }

  static boolean takes(long cull, int group) {
    return IntStream.of(groups(cull)).anyMatch(taken -> taken == group);
  }

  static DeleteReceipt delete(RocksMetricsStore store, int writer, long request) {
    List<String> values = Arrays.stream(groups(request)).mapToObj(Culls::group).toList();
    return store.deleteBefore(
        new DeleteRequest(
            KillNineChild.TENANT,
            metric(writer),
            System.currentTimeMillis() + 1,
            List.of(new Filter("group", values))));
  }
}
