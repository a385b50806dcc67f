// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LoaderTest {
  private static final WorkloadSize SIZE = new WorkloadSize(60, 10, 30, 6, 1_000);

  private final CustomersWorkload workload = new CustomersWorkload(SIZE, 1, 1_767_225_600_000L);
  private final ExecutorService threads = Executors.newFixedThreadPool(3);
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong lines = new AtomicLong();
  private HttpServer sink;

  @BeforeEach
  void start() throws IOException {
    sink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    sink.setExecutor(threads);
    sink.start();
  }

  @AfterEach
  void stop() {
    sink.stop(0);
    threads.shutdownNow();
  }

  private void answer(int refused, int status, String body) {
    sink.createContext(
        "/write",
        exchange -> {
          byte[] sent = exchange.getRequestBody().readAllBytes();
          boolean refuse = requests.incrementAndGet() <= refused;
          if (!refuse) {
            for (byte b : sent) {
              lines.addAndGet(b == '\n' ? 1 : 0);
            }
          }
          reply(exchange, refuse ? 503 : status, body);
        });
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    // Zero asks for chunks there, and -1 for no body.
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : 0);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private LoadResult load() throws IOException, InterruptedException {
    return loader().run(2);
  }

  private Loader loader() {
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", sink.getAddress().getPort());
    return new Loader(workload, new InfluxLines(SIZE), address);
  }

  @Test
  void first_sendsTheBeginning() throws Exception {
    answer(0, 204, "");
    LoadResult result = loader().first(1).run(2);
    int points = workload.render(0, new InfluxLines(SIZE), new BodyBuffer());
    assertThat(workload.batches()).isGreaterThan(1);
    assertThat(result.points()).isEqualTo(points).isEqualTo(lines.get());
    assertThat(requests.get()).isEqualTo(1);
  }

  @Test
  void run_sendsEveryPointOnce() throws Exception {
    answer(0, 204, "");
    LoadResult result = load();
    assertThat(result.points()).isEqualTo(SIZE.points());
    assertThat(lines.get()).isEqualTo(SIZE.points());
    assertThat(requests.get()).isEqualTo(workload.batches());
    assertThat(result.wall()).isPositive();
  }

  @Test
  void run_refusedForNow_sendsAgain() throws Exception {
    answer(3, 204, "");
    assertThat(load().points()).isEqualTo(SIZE.points());
    assertThat(lines.get()).isEqualTo(SIZE.points());
    assertThat(requests.get()).isEqualTo(workload.batches() + 3);
  }

  @Test
  void run_partlyStored_throwsWithTheReply() {
    answer(0, 207, "{\"errors\":[1]}");
    assertThatThrownBy(this::load).hasMessageContaining("207").hasMessageContaining("errors");
  }

  @Test
  void get_chunkedReply_isRead() throws Exception {
    sink.createContext("/big", exchange -> reply(exchange, 200, "é".repeat(50_000)));
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", sink.getAddress().getPort());
    try (HttpConnection connection = new HttpConnection(address, Duration.ofSeconds(30))) {
      for (int i = 0; i < 3; i++) {
        HttpReply reply = connection.get("/big");
        assertThat(reply.ok()).isTrue();
        assertThat(reply.body()).isEqualTo("é".repeat(50_000));
      }
    }
  }
}
