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
import io.luminate.store.rocksdb.journal.Durability;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
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

/**
 * Tenants that always ask for more than they may, for two real minutes over real sockets. The
 * limits are low enough for a busy machine to ask for more.
 */
@Tag("soak")
final class AtTheLimitTest {
  /** Until nobody has tokens left, and whoever asks is compiled. */
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  private static final Duration LENGTH = Duration.ofMinutes(2);
  private static final Duration STEP = Duration.ofSeconds(30);
  private static final double DRIFT_MAX = 0.01;

  /** Enough to ask for more than is granted while an answer takes long. */
  private static final int CONNECTIONS_EACH = 8;

  private static final int BATCH = 250;

  /** Between requests: all connections together ask for several times what is granted. */
  private static final long PAUSE_NANOS = 10_000_000;

  @TempDir private Path folder;
  private final AtomicBoolean done = new AtomicBoolean();

  /** One tenant that has reached one limit. */
  private static final class Run {
    private final String name;
    private final long perSecond;
    private final Request request;
    private final AtomicLong granted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    Run(String name, long perSecond, Request request) {
      this.name = name;
      this.perSecond = perSecond;
      this.request = request;
    }

    void ask() throws Exception {
      long tokens = request.send();
      granted.addAndGet(tokens);
      if (tokens == 0) {
        refused.incrementAndGet();
      }
    }
  }

  /** What was counted at one moment. */
  private record Seen(long nanos, long granted, long refused) {
    static Seen of(Run run) {
      return new Seen(System.nanoTime(), run.granted.get(), run.refused.get());
    }
  }

  private interface Request {
    /** How many tokens were granted. */
    long send() throws Exception;
  }

  @Test
  void granted_isWhatTheLimitSays_allTheTime() throws Exception {
    RocksStoreOptions options = RocksStoreOptions.defaults().withDurability(Durability.PROCESS);
    byte[] one = points(1);
    byte[] many = points(BATCH);
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, options);
        RunningServer server =
            new RunningServer(
                store,
                Map.of(
                    "LUMINATE_RATE_LIMITS_WRITE_REQUESTS_PER_SECOND", "40",
                    "LUMINATE_RATE_LIMITS_QUERY_REQUESTS_PER_SECOND", "20",
                    "LUMINATE_RATE_LIMITS_METRICS_PER_SECOND", "4000"))) {
      List<Run> runs =
          List.of(
              new Run("writes", 40, () -> write(server, "writes", one, 1)),
              new Run("points", 4_000, () -> write(server, "points", many, BATCH)),
              new Run("queries", 20, () -> query(server)));
      run(runs);
    }
  }

  private void run(List<Run> runs) throws Exception {
    List<Future<?>> workers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(runs.size() * CONNECTIONS_EACH)) {
      try {
        for (Run run : runs) {
          for (int i = 0; i < CONNECTIONS_EACH; i++) {
            workers.add(threads.submit(() -> repeat(run)));
          }
        }
        watch(runs);
      } finally {
        done.set(true);
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    }
  }

  private static void watch(List<Run> runs) {
    LockSupport.parkNanos(WARM_UP.toNanos());
    List<Seen> begun = runs.stream().map(Seen::of).toList();
    for (long step = 1; step <= LENGTH.dividedBy(STEP); step++) {
      long at = begun.getFirst().nanos + step * STEP.toNanos();
      while (System.nanoTime() < at) {
        LockSupport.parkNanos(at - System.nanoTime());
      }
      for (int i = 0; i < runs.size(); i++) {
        check(runs.get(i), begun.get(i));
      }
    }
  }

  /** Whoever is refused all the time has no tokens left: what is granted is what came since. */
  private static void check(Run run, Seen begun) {
    Seen now = Seen.of(run);
    double seconds = (now.nanos - begun.nanos) / 1e9;
    double drift = (now.granted - begun.granted) / (run.perSecond * seconds) - 1;
    String what =
        "%s: %d granted and %d requests refused in %.3f s: %+.3f %%"
            .formatted(
                run.name,
                now.granted - begun.granted,
                now.refused - begun.refused,
                seconds,
                drift * 100);
    System.out.println(what);
    assertThat(now.refused - begun.refused).as(what).isGreaterThan((long) seconds);
    assertThat(drift).as(what).isBetween(-DRIFT_MAX, DRIFT_MAX);
  }

  private Void repeat(Run run) throws Exception {
    while (!done.get()) {
      run.ask();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return null;
  }

  private static byte[] points(int count) {
    String[] points =
        IntStream.range(0, count)
            .mapToObj(i -> point("m", now(), i, "{\"i\":\"" + i + "\"}"))
            .toArray(String[]::new);
    return batch(points).getBytes(StandardCharsets.UTF_8);
  }

  private static long write(RunningServer server, String tenant, byte[] body, int points)
      throws Exception {
    return granted(server.post("/api/v1/write", token(tenant), body), points);
  }

  private static long query(RunningServer server) throws Exception {
    return granted(server.get("/api/v1/metrics", token("queries")), 1);
  }

  private static long granted(HttpResponse<String> reply, long tokens) {
    assertThat(reply.statusCode()).as(reply.body()).isIn(200, 429);
    return reply.statusCode() == 200 ? tokens : 0;
  }
}
