// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.rocksdb.engine.RocksMetricsStore;
import io.luminate.store.rocksdb.engine.RocksStoreOptions;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tenants that always ask for more than they may, for two real minutes over real sockets. */
@Tag("soak")
final class AtTheLimitTest {
  private static final Duration LENGTH = Duration.ofMinutes(2);
  private static final Duration STEP = Duration.ofSeconds(10);
  private static final double DRIFT_MAX = 0.01;
  private static final int CONNECTIONS_EACH = 2;
  private static final int BATCH = 250;

  /** Between requests, so that who refuses has time to do anything else. */
  private static final long PAUSE_NANOS = 2_000_000;

  @TempDir private Path folder;
  private final AtomicBoolean done = new AtomicBoolean();

  /** One tenant that has reached one limit. */
  private record Run(String name, long perSecond, long capacity, AtomicLong granted, Request ask) {}

  private interface Request {
    /** How many tokens were granted. */
    long send() throws Exception;
  }

  @Test
  void granted_isWhatTheLimitSays_allTheTime() throws Exception {
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, RocksStoreOptions.defaults());
        RunningServer server =
            new RunningServer(
                store,
                Map.of(
                    "LUMINATE_RATE_LIMITS_WRITE_REQUESTS_PER_SECOND", "100",
                    "LUMINATE_RATE_LIMITS_QUERY_REQUESTS_PER_SECOND", "50",
                    "LUMINATE_RATE_LIMITS_METRICS_PER_SECOND", "10000"))) {
      List<Run> runs =
          List.of(
              new Run("writes", 100, 100, new AtomicLong(), () -> write(server, "writes", 1)),
              new Run(
                  "points", 10_000, 10_000, new AtomicLong(), () -> write(server, "points", BATCH)),
              new Run("queries", 50, 50, new AtomicLong(), () -> query(server)));
      run(runs);
    }
  }

  private void run(List<Run> runs) throws Exception {
    List<Future<?>> workers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(runs.size() * CONNECTIONS_EACH)) {
      long startNanos = System.nanoTime();
      for (Run run : runs) {
        for (int i = 0; i < CONNECTIONS_EACH; i++) {
          workers.add(threads.submit(() -> ask(run)));
        }
      }
      for (long step = 1; step <= LENGTH.dividedBy(STEP); step++) {
        long at = startNanos + step * STEP.toNanos();
        while (System.nanoTime() < at) {
          LockSupport.parkNanos(at - System.nanoTime());
        }
        runs.forEach(run -> check(run, System.nanoTime() - startNanos));
      }
      done.set(true);
      for (Future<?> worker : workers) {
        worker.get();
      }
    } finally {
      done.set(true);
    }
  }

  private static void check(Run run, long elapsedNanos) {
    double expected = run.capacity + run.perSecond * (elapsedNanos / 1e9);
    double drift = run.granted.get() / expected - 1;
    System.out.printf(
        "%s: %d granted in %.1f s, %+.3f %%%n",
        run.name, run.granted.get(), elapsedNanos / 1e9, drift * 100);
    assertThat(drift).as("%s after %d ns", run.name, elapsedNanos).isBetween(-DRIFT_MAX, DRIFT_MAX);
  }

  private Void ask(Run run) throws Exception {
    while (!done.get()) {
      run.granted.addAndGet(run.ask.send());
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return null;
  }

  private static long write(RunningServer server, String tenant, int points) throws Exception {
    String[] batch =
        IntStream.range(0, points)
            .mapToObj(i -> point("m", now(), i, "{\"i\":\"" + i + "\"}"))
            .toArray(String[]::new);
    return granted(server.post("/api/v1/write", token(tenant), batch(batch)), points);
  }

  private static long query(RunningServer server) throws Exception {
    return granted(server.get("/api/v1/metrics", token("queries")), 1);
  }

  private static long granted(HttpResponse<String> reply, long tokens) {
    assertThat(reply.statusCode()).as(reply.body()).isIn(200, 429);
    return reply.statusCode() == 200 ? tokens : 0;
  }
}
