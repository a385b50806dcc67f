// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import static io.luminate.store.clickhouse.write.WritingProcess.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.store.ErrorCode;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** ClickHouse is slower than the clients, who may not fill the memory with what waits for it. */
class FullQueueTest {
  private static final int POINTS = 10;
  private static final long REQUEST_BYTES = POINTS * (long) PointBatch.POINT_BYTES;

  /** Of one tenant, which has three quarters. */
  private static final int FITTING = 7;

  private static final long QUEUE_BYTES = 10 * REQUEST_BYTES;
  private static final long SHARE_BYTES = QUEUE_BYTES / 4 * 3;
  private static final int CLIENTS = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ClickHouseServer server = ClickHouse.shared();
  private final String database = WritingProcess.newDatabase(server);
  private final FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
  private final WritingProcess process =
      WritingProcess.start(
          proxy.url(),
          server.luminate(),
          database,
          WriteOptions.DEFAULT
              .with(new WriteOptions.Batches(Duration.ZERO, POINTS, 1, QUEUE_BYTES))
              .withTimeout(PATIENCE));
  private final Queue<StoreException> refusals = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    proxy.heal();
    process.close();
    proxy.close();
  }

  /** Whether it was stored. */
  private boolean write(String client) {
    try {
      process.write(process.batch(ACME, "m", POINTS, 1, "k", client));
      return true;
    } catch (StoreException e) {
      refusals.add(e);
      return false;
    }
  }

  private List<String> stored() {
    return server.query(
        "SELECT s01 FROM %s.points WHERE tenant != '' GROUP BY s01 HAVING count() = %d ORDER BY s01"
            .formatted(database, POINTS));
  }

  @Test
  void whatDoesNotFit_isRefusedAndNothingOfItStored_andThenItFlowsAgain() throws Exception {
    assertThat(write("before")).isTrue();
    List<String> clients = new ArrayList<>();
    // Which looks for slots have no place among the inserts.
    for (int i = 0; i < CLIENTS; i++) {
      clients.add("client " + (100 + i));
      process.batch(ACME, "m", 1, 1, "k", clients.getLast());
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int requests = proxy.requests();
      proxy.delayEachWay(PATIENCE);
      Future<Boolean> underWay = threads.submit(() -> write("under way"));
      proxy.awaitRequests(requests + 1);
      List<Future<Boolean>> outcomes = new ArrayList<>();
      for (String client : clients) {
        outcomes.add(threads.submit(() -> write(client)));
      }
      awaitRefusals(CLIENTS - FITTING);
      proxy.heal();
      assertThat(underWay.get()).isTrue();
      assertStored(clients, outcomes);
    }
    assertThat(write("after")).isTrue();
    assertThat(stored()).contains("after");
  }

  private void awaitRefusals(int count) throws InterruptedException {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (refusals.size() < count) {
      assertThat(Instant.now()).as("%d are refused", refusals.size()).isBefore(giveUp);
      Thread.sleep(10);
    }
  }

  private void assertStored(List<String> clients, List<Future<Boolean>> outcomes) throws Exception {
    List<String> expected = new ArrayList<>(List.of("before", "under way"));
    for (int i = 0; i < clients.size(); i++) {
      if (outcomes.get(i).get()) {
        expected.add(clients.get(i));
      }
    }
    assertThat(expected).hasSize(2 + FITTING);
    assertThat(stored()).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(server.query("SELECT count() FROM %s.points WHERE tenant != ''".formatted(database)))
        .as("and nothing of the others")
        .containsExactly(String.valueOf(expected.size() * POINTS));
    assertThat(refusals)
        .hasSize(CLIENTS - FITTING)
        .allSatisfy(
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
              assertThat(refusal.details())
                  .containsEntry("limit_bytes", SHARE_BYTES)
                  .containsEntry("request_bytes", REQUEST_BYTES)
                  .containsEntry("waiting_bytes", FITTING * REQUEST_BYTES);
            });
  }
}
