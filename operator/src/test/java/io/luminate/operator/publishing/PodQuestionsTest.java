// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.publishing.StorageAnswer.Status;
import io.luminate.testkit.Loopback;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against scripted servers; the words of real ones are tested with them. */
final class PodQuestionsTest {
  private static final Tokens TOKENS =
      new Tokens("a-token-of-thirty-two-characters!", Optional.empty());
  private static final String HEALTHY = "{\"status\": \"healthy\"}";
  private static final StorageAnswer WELL = new StorageAnswer(Status.HEALTHY, "");
  private static final Duration PATIENT = Duration.ofMinutes(1);

  private final LuminateCluster cluster = TestCluster.cluster();
  private final BlockingQueue<LuminateCluster> changed = new LinkedBlockingQueue<>();
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, String> storage = new ConcurrentHashMap<>();
  private final Map<String, Function<String, String>> use = new ConcurrentHashMap<>();
  private volatile Instant now = Instant.parse("2026-03-11T12:00:00Z");
  private final ForkJoinPool threads = new ForkJoinPool(4);
  private final PodQuestions questions = new PodQuestions(() -> now, changed::add, threads);

  @AfterEach
  void stop() {
    questions.close();
    servers.forEach(server -> server.stop(0));
  }

  private static ClusterPod pod(String ip) {
    return new ClusterPod("pod-" + ip, ip, new ContainerId("uid-" + ip, "one"), "");
  }

  /** One that is well, and says nothing of use. */
  private ClusterPod server(int lastNumber) throws IOException {
    String ip = Loopback.network() + lastNumber;
    storage.put(ip, HEALTHY);
    HttpServer server = HttpServer.create(new InetSocketAddress(ip, PodClient.PORT), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/internal/v1/config", exchange -> answer(exchange, config(ip)));
    server.createContext(
        "/internal/v1/usage",
        exchange ->
            answer(
                exchange,
                use.getOrDefault(ip, _ -> "{}").apply(exchange.getRequestURI().getQuery())));
    server.start();
    servers.add(server);
    return pod(ip);
  }

  private String config(String ip) {
    return "{\"since\": \"now\", \"replicas\": {}, \"storage\": %s}".formatted(storage.get(ip));
  }

  private void answer(HttpExchange exchange, String body) throws IOException {
    asked.add(exchange.getRequestURI().getPath());
    // Where something is left unread the connection ends, and with it the next call that is on it.
    exchange.getRequestBody().readAllBytes();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    try (OutputStream reply = exchange.getResponseBody()) {
      reply.write(bytes);
    }
  }

  private void later(Duration time) {
    now = now.plus(time);
  }

  /** Asks what is due, and returns when all have answered, and who is to know it was told. */
  private PodAnswers look() {
    questions.look();
    assertThat(threads.awaitQuiescence(PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return questions.of(cluster);
  }

  private PodAnswers lookLater(Duration time) {
    later(time);
    return look();
  }

  @Test
  void storage_isKnownOfEachPod_andAChangeIsToldOnce() throws IOException {
    ClusterPod one = server(1);
    ClusterPod other = server(2);
    questions.follow(cluster, List.of(one, other), TOKENS);
    assertThat(look().storage()).isEqualTo(Map.of(one.name(), WELL, other.name(), WELL));
    assertThat(changed).isNotEmpty().allMatch(cluster::equals);
    assertThat(lookLater(PodQuestions.STORAGE_COUNTS_FOR).isEarly()).isFalse();
    changed.clear();

    storage.put(other.ip(), "{\"status\": \"read_only\", \"error\": \"9 bytes are left\"}");
    StorageAnswer full = new StorageAnswer(Status.READ_ONLY, "9 bytes are left");
    assertThat(lookLater(PodQuestions.STORAGE_EVERY).storage())
        .isEqualTo(Map.of(one.name(), WELL, other.name(), full));
    assertThat(changed).hasSize(1);

    storage.put(other.ip(), "{\"status\": \"read_only\", \"error\": \"12 bytes are left\"}");
    int before = asked.size();
    lookLater(PodQuestions.STORAGE_EVERY);
    assertThat(asked).hasSize(before + 2);
    assertThat(changed).as("another figure is no news").hasSize(1);
    storage.put(other.ip(), HEALTHY);
    assertThat(lookLater(PodQuestions.STORAGE_EVERY).storage()).containsEntry(other.name(), WELL);
    assertThat(changed).hasSize(2);
  }

  @Test
  void answer_countsForAMoment_andNoLonger() throws IOException {
    ClusterPod pod = server(3);
    questions.follow(cluster, List.of(pod), TOKENS);
    assertThat(look().storage()).hasSize(1);
    servers.getFirst().stop(0);
    changed.clear();
    later(PodQuestions.STORAGE_COUNTS_FOR.minusMillis(1));
    assertThat(questions.of(cluster).storage()).hasSize(1);
    assertThat(lookLater(Duration.ofMillis(1)).storage()).isEmpty();
    assertThat(changed).hasSize(1);
  }

  @Test
  void podThatNeverAnswers_keepsNobodyElse() throws Exception {
    ClusterPod well = server(4);
    String ip = Loopback.network() + 5;
    try (ServerSocket silent = new ServerSocket(PodClient.PORT, 5, InetAddress.getByName(ip))) {
      questions.follow(cluster, List.of(pod(ip), well), TOKENS);
      questions.look();
      while (questions.of(cluster).storage().isEmpty()) {
        assertThat(changed.poll(PATIENT.toSeconds(), TimeUnit.SECONDS)).isNotNull();
      }
      assertThat(questions.of(cluster).storage()).isEqualTo(Map.of(well.name(), WELL));
      assertThat(silent.isBound()).isTrue();
    }
  }

  @Test
  void use_isThatOfAllPages_andOfAnyPod() throws IOException {
    ClusterPod one = server(6);
    ClusterPod other = server(7);
    use.put(
        one.ip(),
        query ->
            query.endsWith("&after=a")
                ? use("\"b\": " + near("maxMetricsPerTenant", ""), false)
                : use("\"a\": " + near("maxUniqueSeriesPerMetric", "m"), true));
    use.put(other.ip(), _ -> use("\"a\": " + near("maxUniqueSeriesPerMetric", "n"), false));
    questions.follow(cluster, List.of(one, other), TOKENS);
    NearLimit m = new NearLimit("maxUniqueSeriesPerMetric", "m");
    NearLimit n = new NearLimit("maxUniqueSeriesPerMetric", "n");
    NearLimit metrics = new NearLimit("maxMetricsPerTenant", "");
    PodAnswers answers = look();
    assertThat(answers.near()).isEqualTo(Map.of("a", Set.of(m, n), "b", Set.of(metrics)));
    assertThat(answers.isUseKnown()).isTrue();
  }

  @Test
  void use_ofAServerWhoseStoreIsAway_isNotKnown() throws IOException {
    ClusterPod pod = server(8);
    use.put(pod.ip(), _ -> "{\"tenants\": {}, \"truncated\": false}");
    questions.follow(cluster, List.of(pod), TOKENS);
    assertThat(look().isUseKnown()).isFalse();
    assertThat(asked).contains("/internal/v1/usage");
    use.put(pod.ip(), _ -> use("", false));
    PodAnswers answers = lookLater(PodQuestions.USE_EVERY);
    assertThat(answers.isUseKnown()).isTrue();
    assertThat(answers.near()).isEmpty();
  }

  private static String use(String tenants, boolean truncated) {
    return "{\"tenants\": {%s}, \"truncated\": %s, \"store\": {}}".formatted(tenants, truncated);
  }

  private static String near(String limit, String metric) {
    String of = metric.isEmpty() ? "" : ", \"metric\": \"%s\"".formatted(metric);
    return "{\"nearLimit\": [{\"limit\": \"%s\"%s, \"value\": 5, \"used\": 4}]}"
        .formatted(limit, of);
  }

  @Test
  void clusterThatIsGone_orHasHadNoPassForLong_isNotAsked() throws IOException {
    ClusterPod pod = server(9);
    questions.follow(cluster, List.of(pod), TOKENS);
    look();
    int before = asked.size();
    lookLater(Duration.ofMinutes(6));
    assertThat(asked).hasSize(before);
    questions.follow(cluster, List.of(pod), TOKENS);
    look();
    assertThat(asked).hasSizeGreaterThan(before);
    questions.keep(List.of());
    assertThat(questions.of(cluster)).isEqualTo(PodAnswers.NONE);
  }
}
