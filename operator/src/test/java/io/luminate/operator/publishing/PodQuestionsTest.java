// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.publishing.StorageAnswer.Status;
import java.io.IOException;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against scripted servers; the words of real ones are tested with them. */
final class PodQuestionsTest {
  private static final Tokens TOKENS =
      new Tokens("a-token-of-thirty-two-characters!", Optional.empty());
  private static final String HEALTHY = "{\"status\": \"healthy\"}";
  private static final StorageAnswer WELL = new StorageAnswer(Status.HEALTHY, "");
  private static final long WITHIN_NANOS = Duration.ofSeconds(60).toNanos();

  private final LuminateCluster cluster = TestCluster.cluster();
  private final List<LuminateCluster> changed = new CopyOnWriteArrayList<>();
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, String> storage = new ConcurrentHashMap<>();
  private final Map<String, Function<String, String>> use = new ConcurrentHashMap<>();
  private volatile Instant now = Instant.parse("2026-03-11T12:00:00Z");
  private final PodQuestions questions = new PodQuestions(() -> now, changed::add);

  @AfterEach
  void stop() {
    questions.close();
    servers.forEach(server -> server.stop(0));
  }

  private static ClusterPod pod(String ip) {
    return new ClusterPod("pod-" + ip, ip, new ContainerId("uid-" + ip, "one"), "");
  }

  /** One that is well, and says nothing of use. */
  private ClusterPod server(String ip) throws IOException {
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
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void later(Duration time) {
    now = now.plus(time);
  }

  /** Looks each time that it is not so yet. */
  private void await(Predicate<PodAnswers> condition) throws InterruptedException {
    long untilNanos = System.nanoTime() + WITHIN_NANOS;
    while (!condition.test(questions.of(cluster))) {
      assertThat(System.nanoTime() - untilNanos)
          .as(() -> questions.of(cluster) + " after " + asked)
          .isNegative();
      questions.look();
      Thread.sleep(5);
    }
  }

  private void awaitAsked(int times) throws InterruptedException {
    await(_ -> asked.size() >= times);
  }

  @Test
  void storage_isKnownOfEachPod_andAChangeIsToldOnce() throws Exception {
    ClusterPod one = server("127.84.0.1");
    ClusterPod other = server("127.84.0.2");
    questions.follow(cluster, List.of(one, other), TOKENS);
    await(answers -> answers.storage().equals(Map.of(one.name(), WELL, other.name(), WELL)));
    assertThat(changed).isNotEmpty().allMatch(cluster::equals);
    later(PodQuestions.STORAGE_COUNTS_FOR);
    await(answers -> !answers.isEarly() && answers.storage().size() == 2);
    int before = changed.size();

    storage.put(other.ip(), "{\"status\": \"read_only\", \"error\": \"9 bytes are left\"}");
    later(PodQuestions.STORAGE_EVERY);
    StorageAnswer full = new StorageAnswer(Status.READ_ONLY, "9 bytes are left");
    await(answers -> full.equals(answers.storage().get(other.name())));
    await(_ -> changed.size() > before);
    int after = changed.size();

    storage.put(other.ip(), "{\"status\": \"read_only\", \"error\": \"12 bytes are left\"}");
    int askedBefore = asked.size();
    later(PodQuestions.STORAGE_EVERY);
    awaitAsked(askedBefore + 2);
    storage.put(other.ip(), HEALTHY);
    later(PodQuestions.STORAGE_EVERY);
    await(answers -> WELL.equals(answers.storage().get(other.name())));
    await(_ -> changed.size() > after);
    assertThat(changed).as("another figure is no news").hasSize(after + 1);
  }

  @Test
  void answer_countsForAMoment_andNoLonger() throws Exception {
    ClusterPod pod = server("127.84.0.3");
    questions.follow(cluster, List.of(pod), TOKENS);
    await(answers -> answers.storage().size() == 1);
    servers.getFirst().stop(0);
    later(PodQuestions.STORAGE_COUNTS_FOR.minusMillis(1));
    assertThat(questions.of(cluster).storage()).hasSize(1);
    int before = changed.size();
    later(Duration.ofMillis(1));
    assertThat(questions.of(cluster).storage()).isEmpty();
    questions.look();
    assertThat(changed).hasSizeGreaterThan(before);
  }

  @Test
  void podThatNeverAnswers_keepsNobodyElse_andIsAskedOnceAtATime() throws Exception {
    ClusterPod well = server("127.84.0.4");
    InetAddress address = InetAddress.getByName("127.84.0.5");
    try (ServerSocket silent = new ServerSocket(PodClient.PORT, 5, address)) {
      questions.follow(cluster, List.of(pod("127.84.0.5"), well), TOKENS);
      await(answers -> answers.storage().equals(Map.of(well.name(), WELL)));
      assertThat(silent.isBound()).isTrue();
    }
  }

  @Test
  void use_isThatOfAllPages_andOfAnyPod() throws Exception {
    ClusterPod one = server("127.84.0.6");
    ClusterPod other = server("127.84.0.7");
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
    await(
        answers ->
            answers.near().equals(Map.of("a", Set.of(m, n), "b", Set.of(metrics)))
                && answers.isUseKnown());
  }

  @Test
  void use_ofAServerWhoseStoreIsAway_isNotKnown() throws Exception {
    ClusterPod pod = server("127.84.0.8");
    use.put(pod.ip(), _ -> "{\"tenants\": {}, \"truncated\": false}");
    questions.follow(cluster, List.of(pod), TOKENS);
    await(_ -> asked.contains("/internal/v1/usage"));
    assertThat(questions.of(cluster).isUseKnown()).isFalse();
    use.put(pod.ip(), _ -> use("", false));
    later(PodQuestions.USE_EVERY);
    await(PodAnswers::isUseKnown);
    assertThat(questions.of(cluster).near()).isEmpty();
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
  void clusterThatIsGone_orHasHadNoPassForLong_isNotAsked() throws Exception {
    ClusterPod pod = server("127.84.0.9");
    questions.follow(cluster, List.of(pod), TOKENS);
    await(_ -> asked.contains("/internal/v1/usage"));
    later(Duration.ofMinutes(6));
    int before = asked.size();
    questions.look();
    questions.follow(cluster, List.of(pod), TOKENS);
    awaitAsked(before + 1);
    questions.keep(List.of());
    assertThat(questions.of(cluster)).isEqualTo(PodAnswers.NONE);
  }
}
