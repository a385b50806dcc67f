// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ManagementServerTest {
  private final OperatorMetrics metrics = new OperatorMetrics();
  private final FakeHealth health = new FakeHealth();
  private final HttpClient client = HttpClient.newHttpClient();
  private ManagementServer server;

  private static final class FakeHealth implements OperatorHealth {
    private volatile Optional<String> fault = Optional.empty();
    private volatile Optional<String> waitingFor = Optional.empty();

    @Override
    public Optional<String> fault() {
      return fault;
    }

    @Override
    public Optional<String> waitingFor() {
      return waitingFor;
    }
  }

  @BeforeEach
  void start() throws IOException {
    server =
        new ManagementServer(new InetSocketAddress("127.0.0.1", 0), health, metrics.registry());
  }

  @AfterEach
  void end() {
    server.close();
    client.close();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  @Test
  void probes_sayWhatIsInTheWay() throws Exception {
    assertThat(get("/live").statusCode()).isEqualTo(200);
    assertThat(get("/ready").statusCode()).isEqualTo(200);
    health.fault = Optional.of("a pass takes too long");
    health.waitingFor = Optional.of("the caches");
    assertThat(get("/live").statusCode()).isEqualTo(503);
    assertThat(get("/live").body()).isEqualTo("a pass takes too long\n");
    assertThat(get("/ready").statusCode()).isEqualTo(503);
    assertThat(get("/ready").body()).isEqualTo("the caches\n");
  }

  @Test
  void metrics_haveNoLabels() throws Exception {
    metrics.passed(Duration.ofMillis(20), true);
    metrics.published();
    metrics.unreachable("one", 2);
    metrics.unreachable("two", 1);
    metrics.unreachable("gone", 7);
    metrics.keep(List.of("one", "two"));
    String text = get("/metrics").body();
    assertThat(text)
        .contains("luminate_operator_reconciliations_seconds_count 1")
        .contains("luminate_operator_reconciliations_failed_total 1.0")
        .contains("luminate_operator_documents_published_total 1.0")
        .contains("luminate_operator_pods_unreachable 3.0")
        .doesNotContain("{");
  }

  @Test
  void others_areNotThere() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/ready/now").statusCode()).isEqualTo(404);
  }
}
