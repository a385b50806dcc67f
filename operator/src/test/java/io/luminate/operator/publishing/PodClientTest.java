// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.luminate.operator.document.PodAnswer;
import io.luminate.operator.document.PublishedDocument;
import io.luminate.testkit.Loopback;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against what is no server, or none that works. How it talks to real ones is tested with them. */
final class PodClientTest {
  private static final String HOST = Loopback.network() + 100;
  private static final String SECRET = "the-token-that-nobody-is-to-see-anywhere";
  private static final String PREVIOUS = "the-previous-token-that-nobody-is-to-see";
  private static final Tokens TOKENS = new Tokens(SECRET, Optional.empty());
  private static final Tokens BOTH = new Tokens(SECRET, Optional.of(PREVIOUS));
  private static final ClusterPod POD =
      new ClusterPod("a", HOST, new ContainerId("uid", "one"), "");
  private static final Announcement DOCUMENT =
      new Announcement(PublishedDocument.read("{\"version\":3}".getBytes(StandardCharsets.UTF_8)));

  private final PodClient client = new PodClient(Duration.ofSeconds(20), Duration.ofSeconds(20));
  private final PodClient hasty = new PodClient(Duration.ofSeconds(20), Duration.ofMillis(500));
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private Optional<HttpServer> server = Optional.empty();

  @AfterEach
  void stop() {
    end.countDown();
    client.close();
    hasty.close();
    server.ifPresent(one -> one.stop(0));
  }

  private void serve(HttpHandler handler) throws IOException {
    HttpServer started = HttpServer.create(new InetSocketAddress(HOST, PodClient.PORT), 0);
    started.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    started.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().getPath());
          handler.handle(exchange);
        });
    started.start();
    server = Optional.of(started);
  }

  /** Leaves nothing unread: else the connection ends, and with it the next call that is on it. */
  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    // 0 stands for chunks, of which there are none then.
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream reply = exchange.getResponseBody()) {
      reply.write(bytes);
    }
  }

  private String unreachable() {
    return unreachable(client.state(POD, TOKENS));
  }

  private static String unreachable(PodReply<?> reply) {
    assertThat(reply).isInstanceOf(PodReply.Unreachable.class);
    return ((PodReply.Unreachable<?>) reply).reason();
  }

  @Test
  void nobodyThere_isUnreachable() {
    assertThat(unreachable()).isEqualTo("the connection was refused");
    assertThat(unreachable(client.push(POD, TOKENS, DOCUMENT))).contains("refused");
  }

  @Test
  void redirect_isNotFollowed() throws IOException {
    serve(
        exchange -> {
          String to = "http://" + HOST + ":" + PodClient.PORT + "/elsewhere";
          exchange.getResponseHeaders().set("Location", to);
          answer(exchange, 307, "");
        });
    assertThat(unreachable())
        .isEqualTo("answered with status 307, as no server does, and was not followed");
    assertThat(unreachable(client.push(POD, TOKENS, DOCUMENT))).contains("307");
    assertThat(asked).containsExactly("/internal/v1/config", "/internal/v1/config");
  }

  @Test
  void garbage_isNoAnswer() throws IOException {
    List<String> bodies =
        List.of(
            "",
            "hello",
            "[]",
            "{}",
            "{\"since\":\"now\",\"replicas\":{}} and more",
            "{\"since\":\"now\",\"replicas\":{},\"version\":3}",
            "{\"since\":\"now\",\"replicas\":{},\"version\":3,\"sha256\":\"abc\"}",
            "{\"since\":\"now\",\"replicas\":{\"sequence\":-1,\"replicas\":1}}",
            state("9007199254740992"),
            state("0"),
            state("1.5"),
            state("1e400"));
    List<String> left = new CopyOnWriteArrayList<>(bodies);
    serve(exchange -> answer(exchange, 200, left.removeFirst()));
    for (String body : bodies) {
      assertThat(unreachable())
          .as(body)
          .isEqualTo("answered with status 200 and what no server says");
    }
    assertThat(left).isEmpty();
  }

  private static String state(String version) {
    return "{\"since\":\"now\",\"replicas\":{\"replicas\":1},\"version\":%s,\"sha256\":\"%s\"}"
        .formatted(version, "ab".repeat(32));
  }

  @Test
  void state_isRead() throws IOException {
    serve(exchange -> answer(exchange, 200, state("9007199254740991")));
    PodAnswer answer = new PodAnswer(9_007_199_254_740_991L, "ab".repeat(32));
    assertThat(client.state(POD, TOKENS))
        .isEqualTo(new PodReply.Has<>(new PodState(Optional.of(answer), Optional.empty()), true));
  }

  @Test
  void wordsOfStorageAndUse_thatNoServerSays_areNoAnswer() throws IOException {
    List<String> bodies =
        List.of(
            "{}",
            "{\"storage\":{}}",
            "{\"storage\":{\"status\":\"splendid\"}}",
            "{\"tenants\":{},\"truncated\":false}",
            "{\"tenants\":[],\"truncated\":false,\"store\":{}}",
            "{\"tenants\":{},\"store\":{}}");
    List<String> left = new CopyOnWriteArrayList<>(bodies);
    serve(exchange -> answer(exchange, 200, left.getFirst()));
    for (String body : bodies) {
      String none = "answered with status 200 and what no server says";
      assertThat(unreachable(client.storage(POD, TOKENS))).as(body).isEqualTo(none);
      assertThat(unreachable(client.use(POD, TOKENS, ""))).as(body).isEqualTo(none);
      left.removeFirst();
    }
  }

  @Test
  void limitsOfOneTenant_areFewHoweverManyAreSaid() throws IOException {
    String limit = "{\"limit\":\"maxUniqueSeriesPerMetric\",\"metric\":\"m%d\"}";
    String many =
        IntStream.range(0, 1_000).mapToObj(limit::formatted).collect(Collectors.joining(","));
    serve(
        exchange ->
            answer(
                exchange,
                200,
                "{\"tenants\":{\"a\":{\"nearLimit\":[%s]}},\"truncated\":false,\"store\":{}}"
                    .formatted(many)));
    assertThat(client.use(POD, TOKENS, "before a&limit=1"))
        .isInstanceOfSatisfying(
            PodReply.Has.class,
            has ->
                assertThat(((UseAnswer) has.value()).near().get("a"))
                    .hasSize(UseAnswer.LIMITS_MAX)
                    .first()
                    .isEqualTo(new NearLimit("maxUniqueSeriesPerMetric", "m0")));
  }

  @Test
  void megabytes_areNotRead() throws IOException {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            byte[] spaces = " ".repeat(64 << 10).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 1_000; i++) {
              body.write(spaces);
            }
          } catch (IOException closed) {
            asked.add("closed");
          }
        });
    assertThat(unreachable()).startsWith("the connection failed: ");
  }

  @Test
  void bodyThatDrips_isNotWaitedFor() throws IOException {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          await();
        });
    assertThat(unreachable(hasty.state(POD, TOKENS))).isEqualTo("no whole answer within 0.5 s");
  }

  @Test
  void whoNeverAnswers_isNotWaitedFor() throws IOException {
    try (ServerSocket silent = new ServerSocket(PodClient.PORT, 5, InetAddress.getByName(HOST))) {
      assertThat(silent.isBound()).isTrue();
      assertThat(unreachable(hasty.state(POD, TOKENS))).isEqualTo("no whole answer within 0.5 s");
    }
  }

  private void await() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void refusal_isTheServersOwn() throws IOException {
    serve(
        exchange ->
            answer(
                exchange, 400, "{\"error\":{\"code\":\"INVALID_LIMITS\",\"message\":\"a\\nb\"}}"));
    assertThat(client.push(POD, TOKENS, DOCUMENT))
        .isEqualTo(new PodReply.Refused<>(400, "INVALID_LIMITS: a b"));
  }

  @Test
  void failureWithoutTheServersWords_isNone() throws IOException {
    serve(exchange -> answer(exchange, 502, "<html>Bad gateway</html>"));
    assertThat(unreachable()).isEqualTo("answered with status 502 and what no server says");
  }

  @Test
  void whoRepeatsTheToken_doesNotBringItIntoAMessage() throws IOException {
    serve(
        exchange -> {
          String header = exchange.getRequestHeaders().getFirst("Authorization");
          String message = header + "x".repeat(10_000);
          answer(
              exchange, 403, "{\"error\":{\"code\":\"E\",\"message\":\"%s\"}}".formatted(message));
        });
    PodReply<PodState> reply = client.state(POD, TOKENS);
    assertThat(reply.toString()).contains("E: Bearer ***xx").doesNotContain(SECRET);
    assertThat(reply.toString()).hasSizeLessThan(600);
  }

  @Test
  void tokenThatIsNotThereYet_isFollowedByThePreviousOne() throws IOException {
    serve(
        exchange -> {
          boolean isOld =
              ("Bearer " + PREVIOUS).equals(exchange.getRequestHeaders().getFirst("Authorization"));
          answer(
              exchange,
              isOld ? 200 : 401,
              isOld ? state("3") : "{\"error\":{\"code\":\"UNAUTHORIZED\",\"message\":\"no\"}}");
        });
    assertThat(client.state(POD, BOTH))
        .isInstanceOfSatisfying(PodReply.Has.class, has -> assertThat(has.withCurrent()).isFalse());
    assertThat(client.state(POD, TOKENS))
        .isEqualTo(new PodReply.Refused<>(401, "UNAUTHORIZED: no"));
  }

  @Test
  void addressOfTheSixthVersion_isOne() {
    ClusterPod pod = new ClusterPod("b", "::1", new ContainerId("uid", "two"), "");
    assertThat(unreachable(client.state(pod, TOKENS))).isEqualTo("the connection was refused");
  }
}
