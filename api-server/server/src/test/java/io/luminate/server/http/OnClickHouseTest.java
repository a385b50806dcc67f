// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.store.PointBatch;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.ClickHouseStoreOptions;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.read.ReadLimits;
import io.luminate.store.clickhouse.write.WriteOptions;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client sees of bounds that ClickHouse, or what waits for it, has come to. */
final class OnClickHouseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Less than the query's own timeout, after which its statement would end anyway. */
  private static final Duration CANCELLED_WITHIN = Duration.ofSeconds(15);

  private static final int FITTING = 3;
  private static final int CLIENTS = 12;
  private static final String QUERY =
      "{\"queryType\":\"aggregate\",\"aggregation\":\"%s\",\"metricName\":\"m\","
          + "\"timeRange\":{\"relative\":\"1h\"},\"timeout\":\"30s\"}";

  private final ClickHouseServer clickHouse = ClickHouse.shared();
  private final String database = clickHouse.newDatabase();
  private final String points = database + ".points";
  private final List<ClickHouseStore> stores = new ArrayList<>();

  @AfterEach
  void close() {
    stores.forEach(ClickHouseStore::close);
  }

  private RunningServer server(URI url, WriteOptions writes, long queryMemoryBytes)
      throws Exception {
    ClickHouseAccess access =
        new ClickHouseAccess(
            List.of(url.toString()),
            database,
            clickHouse.user(),
            clickHouse.password(),
            8,
            Duration.ofHours(1));
    ClickHouseStore store =
        ClickHouseStore.open(
            ClickHouseStoreOptions.defaults(access)
                .withWork(writes, ReadLimits.ofMemory(queryMemoryBytes)));
    stores.add(store);
    return new RunningServer(store, Map.of());
  }

  private RunningServer server() throws Exception {
    return server(clickHouse.httpUrl(), WriteOptions.DEFAULT, 1L << 30);
  }

  private long number(String sql) {
    return Long.parseLong(clickHouse.query(sql).getFirst());
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    await(what, PATIENCE, condition);
  }

  private static void await(String what, Duration atMost, BooleanSupplier condition)
      throws InterruptedException {
    Instant giveUp = Instant.now().plus(atMost);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as(what).isBefore(giveUp);
      Thread.sleep(20);
    }
  }

  @Test
  void requestId_isThatOfItsStatements() throws Exception {
    String id = UUID.randomUUID() + "._:/+=@-";
    try (RunningServer server = server()) {
      HttpResponse<String> reply =
          server.post(
              "/api/v1/query",
              token("t"),
              QUERY.formatted("count").getBytes(StandardCharsets.UTF_8),
              "X-Request-Id",
              id);
      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    }
    clickHouse.execute("SYSTEM FLUSH LOGS query_log");
    assertThat(
            number(
                "SELECT count() FROM system.query_log WHERE has(tables, '%s') AND startsWith(query_id, '%s/')"
                    .formatted(points, id)))
        .isPositive();
  }

  /** Of points without end, as only that is sure to be under way still. */
  @Test
  void clientGone_itsStatementEnds() throws Exception {
    try (RunningServer server = server()) {
      clickHouse.execute("DROP TABLE " + points + " SYNC");
      clickHouse.execute(
          ("CREATE VIEW %s AS SELECT 't' AS tenant, 'm' AS metric, '' AS entity,"
                  + " toUInt128(number) AS series, toInt64(%d) AS timestamp,"
                  + " toFloat64(number) AS value FROM system.numbers WHERE sleepEachRow(0.000001) = 0")
              .formatted(points, now()));
      String running =
          "SELECT count() FROM system.processes WHERE position(query, '%s') > 0 AND position(query, 'processes') = 0"
              .formatted(database);
      RawConnection client = new RawConnection(server.port());
      client.post("/api/v1/query", token("t"), QUERY.formatted("sum"));
      await("under way", () -> number(running) > 0);
      client.close();
      await("ended", CANCELLED_WITHIN, () -> number(running) == 0);
    }
  }

  @Test
  void percentilePastTheMemory_isSaidToBeApproximate() throws Exception {
    try (RunningServer server = server(clickHouse.httpUrl(), WriteOptions.DEFAULT, 48L << 20)) {
      clickHouse.execute(
          ("INSERT INTO %s (tenant, metric, series, timestamp, value)"
                  + " SELECT 't', 'm', number %% 10, %d, number FROM numbers(4000000)")
              .formatted(points, now() - 1_000));
      assertThat(server.post("/api/v1/query", token("t"), QUERY.formatted("p95")).body())
          .contains("\"approximate\":true,\"rankError\":0.001");
      assertThat(server.post("/api/v1/query", token("t"), QUERY.formatted("max")).body())
          .contains("\"value\":3999999")
          .doesNotContain("approximate");
    }
  }

  @Test
  void fullQueue_is503_untilClickHouseHasTakenSome() throws Exception {
    WriteOptions.Batches batches =
        new WriteOptions.Batches(Duration.ZERO, 1, 1, FITTING * (long) PointBatch.POINT_BYTES);
    try (FaultProxy proxy = FaultProxy.inFrontOf(clickHouse.httpUrl());
        RunningServer server =
            server(
                proxy.url(), WriteOptions.DEFAULT.with(batches).withTimeout(PATIENCE), 1L << 30);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // So that nothing but inserts has to wait.
      assertThat(write(server, 0).statusCode()).isEqualTo(200);
      proxy.delayEachWay(PATIENCE);
      List<Future<HttpResponse<String>>> replies = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int value = i;
        replies.add(threads.submit(() -> write(server, value)));
      }
      await("refused", () -> done(replies) >= CLIENTS - FITTING - 1);
      proxy.heal();
      int stored = 1;
      for (Future<HttpResponse<String>> reply : replies) {
        stored += reply.get().statusCode() == 200 ? 1 : 0;
        if (reply.get().statusCode() != 200) {
          assertError(reply.get(), 503, "OVERLOADED");
          assertThat(reply.get().headers().firstValue("Retry-After")).isPresent();
          assertThat(reply.get().body()).contains("nothing was stored");
        }
      }
      // One more if it was under way before the queue was full.
      assertThat(stored).isBetween(1 + FITTING, 1 + FITTING + 1);
      assertThat(write(server, 1).statusCode()).isEqualTo(200);
      assertThat(number("SELECT count() FROM " + points + " WHERE tenant = 't'"))
          .isEqualTo(stored + 1);
    }
  }

  private static HttpResponse<String> write(RunningServer server, int value) throws Exception {
    return server.post("/api/v1/write", token("t"), batch(point("m", now(), value, "{}")));
  }

  private static long done(List<Future<HttpResponse<String>>> replies) {
    return replies.stream().filter(Future::isDone).count();
  }
}
