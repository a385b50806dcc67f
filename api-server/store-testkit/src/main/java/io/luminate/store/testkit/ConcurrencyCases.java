// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertRows;
import static io.luminate.store.testkit.Answers.row;
import static io.luminate.store.testkit.StoreFixture.ACME;
import static io.luminate.store.testkit.StoreFixture.DAY;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.store.Aggregation;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.WriteRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Many threads at once: what was acknowledged is visible, and nothing is lost or doubled. */
interface ConcurrencyCases extends ContractCases {
  int WRITERS = 4;
  int BATCHES = 60;
  int BATCH_POINTS = 25;

  @Test
  default void write_fromManyThreads_isVisibleOnceAcknowledged()
      throws InterruptedException, ExecutionException {
    MetricsStore store = given().store();
    List<Future<?>> writers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < WRITERS; writer++) {
        String name = "w" + writer;
        writers.add(threads.submit(() -> writeAndLook(store, name)));
      }
    }
    for (Future<?> writer : writers) {
      writer.get();
    }
    int total = WRITERS * BATCHES * BATCH_POINTS;
    for (Stage stage : Stage.values()) {
      given().settle(stage);
      assertRows(given().ask("m").rows(Aggregation.COUNT), row(total, total));
      assertThat(given().ask("m").by("writer").rows(Aggregation.COUNT)).hasSize(WRITERS);
    }
  }

  private static void writeAndLook(MetricsStore store, String writer) {
    for (int batch = 1; batch <= BATCHES; batch++) {
      store.write(WriteRequest.unkeyed(batch(store, writer, batch)));
      int written = batch * BATCH_POINTS;
      assertRows(
          new Question(store, ACME, "m").where("writer", writer).rows(Aggregation.COUNT),
          row(written, written));
    }
  }

  private static PointBatch batch(MetricsStore store, String writer, int number) {
    PointBatch batch = new PointBatch(ACME, BATCH_POINTS);
    for (int i = 0; i < BATCH_POINTS; i++) {
      Dimensions dimensions =
          Dimensions.of("writer", writer, "shared", "s" + i % 3, "batch", "b" + number % 7);
      batch.add(store.seriesHandle(ACME, "m", dimensions), T0 - i % 4 * DAY + number, i);
    }
    return batch;
  }

  @Test
  default void seriesHandle_askedByManyThreads_isOneNumber()
      throws InterruptedException, ExecutionException {
    MetricsStore store = given().store();
    List<Future<List<Long>>> asked = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < WRITERS; i++) {
        asked.add(threads.submit(() -> handles(store)));
      }
    }
    for (Future<List<Long>> handles : asked) {
      assertThat(handles.get()).isEqualTo(asked.getFirst().get());
    }
    assertThat(asked.getFirst().get()).doesNotHaveDuplicates();
  }

  private static List<Long> handles(MetricsStore store) {
    return LongStream.range(0, 500)
        .mapToObj(i -> store.seriesHandle(ACME, "m", Dimensions.of("k", "v" + i)))
        .toList();
  }
}
