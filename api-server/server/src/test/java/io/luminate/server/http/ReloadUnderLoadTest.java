// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.server.limits.LimitsFile;
import io.luminate.store.MetricsStore;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Documents of very different limits, one after the other, pushed and by a file that is swapped,
 * while two tenants write and query. One is limited in every other document and not in the rest,
 * the other always has more than it uses.
 */
final class ReloadUnderLoadTest {
  private static final String SECRET = "internal-0123456789abcdef0123456789";
  private static final String LIMITS_FILE = "limits.json";
  private static final int POINTS = 5;
  private static final Pattern COUNT = Pattern.compile("\"results\":\\[\\{.*\"count\":([0-9]+)}]");

  private static final String TIGHT =
      "{\"rateLimits\":{\"writeRequestsPerSecond\":1,\"queryRequestsPerSecond\":1,"
          + "\"metricsPerSecond\":1},\"queryLimits\":{\"maxQueryTimeRange\":\"1h\"}}";

  @TempDir private Path folder;
  private RunningServer server;
  private LimitsFile file;
  private final AtomicBoolean done = new AtomicBoolean();

  /** A tenant with what it did. */
  private static final class Tenant {
    private final String name;
    private final boolean limited;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong stored = new AtomicLong();
    private final List<Integer> statuses = new ArrayList<>();

    Tenant(String name, boolean limited) {
      this.name = name;
      this.limited = limited;
    }

    synchronized void answered(HttpResponse<String> reply) {
      statuses.add(reply.statusCode());
    }

    synchronized List<Integer> statuses() {
      return List.copyOf(statuses);
    }
  }

  /** Something that is done again and again. */
  private interface Work {
    void once() throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void documents_swappedUnderLoad_dropNoRequest(Backend backend) throws Exception {
    Path tokenFile = Files.writeString(folder.resolve("current"), SECRET);
    Path limitsFile = Files.writeString(folder.resolve(LIMITS_FILE), "{}");
    Tenant limited = new Tenant("a", true);
    Tenant free = new Tenant("b", false);
    int documents =
        switch (backend) {
          case ROCKSDB -> 50;
          case CLICKHOUSE -> 12; // Each waits for writes, and those for a batch to be inserted.
        };
    try (MetricsStore store = backend.open(folder.resolve("data"));
        RunningServer on =
            new RunningServer(
                store, Map.of("LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE", tokenFile.toString()))) {
      server = on;
      file = LimitsFile.open(limitsFile, server.limits());
      load(documents, limited, free);
      assertThat(limited.statuses()).contains(200, 400, 429).isSubsetOf(200, 400, 429);
      assertThat(free.statuses()).containsOnly(200);
      for (Tenant tenant : List.of(limited, free)) {
        assertThat(count(ask(tenant, "1h"))).as(tenant.name).isEqualTo(tenant.stored.get());
      }
    }
  }

  private void load(int documents, Tenant... tenants) throws Exception {
    List<Semaphore> progress = new ArrayList<>();
    List<Future<?>> workers = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(2 * tenants.length);
    try {
      for (Tenant tenant : tenants) {
        for (Work work : List.<Work>of(() -> write(tenant), () -> query(tenant))) {
          Semaphore turns = new Semaphore(0);
          progress.add(turns);
          workers.add(threads.submit(() -> repeat(work, turns)));
        }
      }
      for (int version = 1; version <= documents; version++) {
        replace(version);
        for (int i = 0; i < workers.size(); i++) {
          // The second answer from now on is to a request that began under this document.
          while (!progress.get(i).tryAcquire(2)) {
            assertThat(workers.get(i).isDone()).as("worker %d has failed", i).isFalse();
            LockSupport.parkNanos(1_000_000);
          }
          progress.get(i).drainPermits();
        }
      }
      done.set(true);
      for (Future<?> worker : workers) {
        worker.get();
      }
    } finally {
      done.set(true);
      threads.shutdownNow();
    }
  }

  private Void repeat(Work work, Semaphore turns) throws Exception {
    while (!done.get()) {
      work.once();
      turns.release();
    }
    return null;
  }

  /** The last one limits nobody. Two are pushed, two come by the file, and so on. */
  private void replace(int version) throws Exception {
    String document =
        "{\"version\":%d,\"tenants\":{\"a\":%s,\"b\":{\"rateLimits\":{\"metricsPerSecond\":%d}}}}"
            .formatted(version, version % 2 == 1 ? TIGHT : "{}", 100_000_000 + version);
    if ((version - 1) / 2 % 2 == 0) {
      push(version, document);
    } else {
      Path written = Files.writeString(folder.resolve("new"), document);
      Files.move(written, folder.resolve(LIMITS_FILE), StandardCopyOption.ATOMIC_MOVE);
      file.poll();
    }
    assertThat(server.limits().state().version()).hasValue(version);
  }

  private void push(int version, String document) throws Exception {
    HttpResponse<String> reply =
        server.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.internalPort() + "/internal/v1/config"))
                .header("Authorization", "Bearer " + SECRET)
                .PUT(BodyPublishers.ofString(document)));
    assertThat(reply.body()).isEqualTo("{\"version\":" + version + ",\"changed\":true}");
  }

  private void write(Tenant tenant) throws Exception {
    String[] points =
        IntStream.range(0, POINTS)
            .mapToObj(i -> point("m", now() - 1_000, i, "{\"i\":\"" + i + "\"}"))
            .toArray(String[]::new);
    tenant.sent.addAndGet(POINTS);
    HttpResponse<String> reply = server.post("/api/v1/write", token(tenant.name), batch(points));
    tenant.answered(reply);
    if (reply.statusCode() == 200) {
      assertThat(reply.body()).isEqualTo("{\"accepted\":5,\"rejected\":0,\"errors\":[]}");
      tenant.stored.addAndGet(POINTS);
    } else {
      assertRefusedFor(reply, tenant, "\"write_requests_per_second\"", "\"metrics_per_second\"");
    }
  }

  /** What was stored before is counted, what was not sent is not. */
  private void query(Tenant tenant) throws Exception {
    long before = tenant.stored.get();
    HttpResponse<String> reply = ask(tenant, "2h");
    tenant.answered(reply);
    if (reply.statusCode() == 200) {
      assertThat(count(reply)).isBetween(before, tenant.sent.get());
    } else if (reply.statusCode() == 400) {
      assertThat(tenant.limited).isTrue();
      assertThat(reply.body()).contains("\"max_query_time_range\":3600000");
    } else {
      assertRefusedFor(reply, tenant, "\"query_requests_per_second\"");
    }
  }

  private static void assertRefusedFor(
      HttpResponse<String> reply, Tenant tenant, String... limits) {
    assertThat(tenant.limited).as(reply.body()).isTrue();
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(429);
    assertThat(reply.headers().firstValue("Retry-After")).isPresent();
    assertThat(List.of(limits)).anyMatch(limit -> reply.body().contains("\"limit\":" + limit));
  }

  private HttpResponse<String> ask(Tenant tenant, String range) throws Exception {
    String query =
        "{\"queryType\":\"aggregate\",\"aggregation\":\"count\",\"metricName\":\"m\","
            + "\"timeRange\":{\"relative\":\"%s\"}}";
    return server.post("/api/v1/query", token(tenant.name), query.formatted(range));
  }

  private static long count(HttpResponse<String> reply) {
    Matcher count = COUNT.matcher(reply.body());
    return count.find() ? Long.parseLong(count.group(1)) : 0;
  }
}
