// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.mockwebserver.MockWebServer;
import io.luminate.crd.LuminateCluster;
import io.luminate.e2e.cluster.Eventually;
import io.luminate.operator.publishing.Outcome;
import io.luminate.operator.publishing.PodReport;
import io.luminate.operator.publishing.PodReport.State;
import io.luminate.operator.publishing.Publication;
import io.luminate.operator.publishing.Publisher;
import io.luminate.operator.publishing.PublishingRequest;
import io.luminate.operator.publishing.RetentionProgress;
import io.luminate.operator.publishing.StorageAnswer;
import io.luminate.store.testkit.TestClock;
import io.luminate.testkit.Loopback;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator says to servers, which are the real ones. */
@EnableKubernetesMockClient(crud = true)
final class PublishingTest {
  private static final String NOBODY = Loopback.network() + 9;
  private static final long VERSION_MAX = (1L << 53) - 1;
  private static final AtomicInteger CLUSTERS = new AtomicInteger();

  /** They say more than they warn of. */
  private static final List<Logger> QUIET =
      Stream.of("org.glassfish.jersey", MockWebServer.class.getName())
          .map(Logger::getLogger)
          .peek(logger -> logger.setLevel(Level.SEVERE))
          .toList();

  // The extension sets it.
  private static KubernetesClient kubernetes;

  @TempDir private Path folder;
  private final TestClock clock = new TestClock(Instant.parse("2026-03-11T12:00:00Z"));
  private final List<PodServer> servers = new ArrayList<>();
  private Namespace namespace;
  private Publisher publisher;

  @BeforeEach
  void start() {
    assertThat(QUIET).hasSize(2);
    namespace = new Namespace(kubernetes, "cluster-uid-" + CLUSTERS.incrementAndGet());
    publisher = new Publisher(kubernetes, clock);
    assertThat(publish(1_000).outcome()).isEqualTo(new Outcome.Published());
  }

  @AfterEach
  void stop() throws Exception {
    publisher.close();
    for (PodServer server : servers) {
      server.close();
    }
  }

  private Publication publish(int metricsPerSecond) {
    return publisher.publish(namespace.request(metricsPerSecond));
  }

  private PodServer server(Map<String, String> tokens) throws Exception {
    String ip = Loopback.network() + (servers.size() + 1);
    PodServer server = new PodServer(ip, folder, tokens);
    servers.add(server);
    namespace.pod(ip, 1);
    return server;
  }

  private PodServer server() throws Exception {
    return server(namespace.tokenFiles());
  }

  private static void assertApplied(Publication publication) {
    assertThat(publication.outcome()).isEqualTo(new Outcome.Published());
    assertThat(publication.pods())
        .extracting(PodReport::state)
        .allMatch(state -> state instanceof State.Applied, "applied");
  }

  private static State state(Publication publication, PodServer server) {
    return publication.pods().stream()
        .filter(pod -> pod.pod().equals("pod-" + server.ip()))
        .map(PodReport::state)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void document_thatIsNew_countsOnEveryPod() throws Exception {
    PodServer one = server();
    PodServer other = server();
    Publication publication = publish(1_000);
    assertApplied(publication);
    assertThat(publication.podsTotal()).isEqualTo(2);
    assertThat(publication.podsApplied()).isEqualTo(2);
    assertThat(publication.published().orElseThrow().text())
        .isEqualTo(namespace.published().text());
    assertThat(publication.next().isNew()).isFalse();
    assertThat(one.metricsPerSecond("acme")).isEqualTo(1_000);
    assertApplied(publish(2_000));
    for (PodServer server : List.of(one, other)) {
      assertThat(server.version()).isEqualTo(2);
      assertThat(server.metricsPerSecond("acme")).isEqualTo(2_000);
      assertThat(server.shares()).isEqualTo(2);
    }
    assertThat(publish(2_000).pods())
        .extracting(pod -> pod.retention().map(RetentionProgress::documentVersion).orElse(0L))
        .containsExactly(2L, 2L);
  }

  @Test
  void nothingNew_writesNothing() throws Exception {
    server();
    publish(1_000);
    String before = namespace.configMap().orElseThrow().getMetadata().getResourceVersion();
    assertApplied(publish(1_000));
    assertThat(namespace.configMap().orElseThrow().getMetadata().getResourceVersion())
        .isEqualTo(before);
  }

  @Test
  void twoOperators_ofWhichOneIsLate_tellPodsOneDocument() throws Exception {
    PodServer server = server();
    publish(1_000);
    List<Publication> faster = new ArrayList<>();
    try (Publisher late = new Publisher(kubernetes, clock)) {
      // The late one has read the ConfigMap when it asks this pod; then the other one publishes.
      HttpServer trap = HttpServer.create(new InetSocketAddress(NOBODY, 8082), 0);
      trap.createContext(
          "/",
          exchange -> {
            faster.add(publish(3_000));
            exchange.sendResponseHeaders(500, -1);
            exchange.close();
          });
      namespace.pod(NOBODY, 1);
      PublishingRequest withTrap = namespace.request(9_999);
      namespace.notReady(NOBODY);
      trap.start();
      Publication overtaken = late.publish(withTrap);
      trap.stop(0);
      assertThat(overtaken.outcome()).isEqualTo(new Outcome.Overtaken("ConfigMap/main-limits"));
      assertThat(overtaken.podsApplied()).isZero();
    }
    assertThat(faster).hasSize(1);
    assertApplied(faster.getFirst());
    assertThat(server.version()).isEqualTo(2);
    assertThat(server.metricsPerSecond("acme")).isEqualTo(3_000);
  }

  @Test
  void objects_ofAnEarlierCluster_areLeftAlone() throws Exception {
    PodServer server = server();
    PublishingRequest anew = namespace.request(2_000);
    anew.cluster().getMetadata().setUid("uid-of-a-cluster-that-is-made-anew");
    Map<String, String> tokens = namespace.tokenFiles();
    assertThat(publisher.publish(anew).outcome())
        .isEqualTo(new Outcome.NameConflict("Secret/main-internal"));
    assertThat(namespace.tokenFiles()).isEqualTo(tokens);
    namespace.loseSecret();
    assertThat(publisher.publish(anew).outcome())
        .isEqualTo(new Outcome.NameConflict("ConfigMap/main-limits"));
    assertThat(namespace.published().version()).isEqualTo(1);
    assertThat(server.version()).isZero();
  }

  @Test
  void container_thatStartedAgain_isToldAgain() throws Exception {
    PodServer server = server();
    assertApplied(publish(1_000));
    server.restart();
    assertThat(server.version()).isZero();
    namespace.pod(server.ip(), 2);
    assertApplied(publish(1_000));
    assertThat(server.version()).isEqualTo(1);
    assertThat(server.shares()).isEqualTo(1);
  }

  /** Nobody can tell what became of it meanwhile, even if nothing was started again. */
  @Test
  void pod_thatIsReadyAgain_isToldAgain() throws Exception {
    PodServer server = server();
    assertApplied(publish(1_000));
    server.restart();
    namespace.notReady(server.ip());
    publish(1_000);
    namespace.pod(server.ip(), 1, "2026-03-11T12:00:07Z");
    assertApplied(publish(1_000));
    assertThat(server.version()).isEqualTo(1);
    assertThat(server.shares()).isEqualTo(1);
  }

  @Test
  void pod_thatNobodyReaches_keepsNoOtherFromIt() throws Exception {
    PodServer server = server();
    namespace.pod(NOBODY, 1);
    Publication publication = publish(2_000);
    assertThat(publication.podsApplied()).isEqualTo(1);
    assertThat(publication.podsTotal()).isEqualTo(2);
    assertThat(publication.pods().getLast().state())
        .isEqualTo(new State.Unreachable("the connection was refused"));
    assertThat(server.metricsPerSecond("acme")).isEqualTo(2_000);
  }

  @Test
  void passes_thatWaitForNobody_sayNothingUnproven_andGetThere() throws Exception {
    PodServer server = server();
    AtomicInteger learnt = new AtomicInteger();
    try (Publisher hasty =
        new Publisher(kubernetes, clock, Duration.ZERO, _ -> learnt.incrementAndGet())) {
      Publication first = hasty.publish(namespace.request(2_000));
      assertThat(first.outcome()).isEqualTo(new Outcome.Published());
      assertThat(first.podsApplied()).as("%s", first.pods()).isZero();
      assertThat(namespace.published().version()).isEqualTo(2);
      Eventually.holds(() -> learnt.get() > 0, () -> "nobody asks for another pass");
      Eventually.holds(
          () -> hasty.publish(namespace.request(2_000)).podsApplied() == 1,
          () -> "the document does not get to its pod");
    }
    assertThat(server.version()).isEqualTo(2);
    assertThat(server.metricsPerSecond("acme")).isEqualTo(2_000);
  }

  @Test
  void pod_thatNeverAnswers_isNotWaitedFor() throws Exception {
    InetAddress address = InetAddress.getByName(NOBODY);
    try (ServerSocket silent = new ServerSocket(8082, 5, address);
        Publisher hasty = new Publisher(kubernetes, clock, Duration.ofMillis(100), _ -> {})) {
      namespace.pod(NOBODY, 1);
      for (int pass = 0; pass < 3; pass++) {
        assertThat(hasty.publish(namespace.request(2_000)).pods())
            .extracting(PodReport::state)
            .containsExactly(new State.Unreachable("no answer within 0.1 s"));
      }
      assertThat(silent.isBound()).isTrue();
    }
  }

  @Test
  void storageAndUse_areAskedBesidePasses() throws Exception {
    PodServer server = server();
    assertApplied(publish(1_000));
    LuminateCluster cluster = namespace.request(1_000).cluster();
    Eventually.holds(
        () -> {
          publisher.look();
          return publisher.answers(cluster).isUseKnown();
        },
        () -> "nothing is known: " + publisher.answers(cluster));
    assertThat(publisher.answers(cluster).storage())
        .isEqualTo(
            Map.of("pod-" + server.ip(), new StorageAnswer(StorageAnswer.Status.HEALTHY, "")));
    assertThat(publisher.answers(cluster).near()).isEmpty();
  }

  @Test
  void pod_withAnotherToken_refuses() throws Exception {
    PodServer server = server(Map.of("current", "of-another-cluster-".repeat(2)));
    Publication publication = publish(2_000);
    assertThat(state(publication, server))
        .isInstanceOfSatisfying(
            State.Refused.class,
            refused ->
                assertThat(refused.message())
                    .isEqualTo("UNAUTHORIZED: the token is not that of the internal port"));
    assertThat(publication.podsApplied()).isZero();
    assertThat(server.version()).isZero();
    assertThat(namespace.published().version()).isEqualTo(2);
  }

  @Test
  void token_thatIsReplaced_isHandedOutWithoutAnybodyBeingLockedOut() throws Exception {
    PodServer quick = server();
    PodServer slow = server();
    assertApplied(publish(1_000));
    Map<String, String> first = namespace.tokenFiles();
    namespace.askForAnotherToken();
    assertApplied(publish(2_000));
    assertThat(namespace.tokenFiles()).containsEntry("previous", first.get("current"));
    quick.mount(namespace.tokenFiles());
    clock.advance(Duration.ofHours(1));
    assertApplied(publish(3_000));
    assertThat(namespace.tokenFiles()).containsKey("previous");
    slow.mount(namespace.tokenFiles());
    assertApplied(publish(3_000));
    assertThat(namespace.tokenFiles()).containsOnlyKeys("current");
    slow.mount(namespace.tokenFiles());
    quick.mount(namespace.tokenFiles());
    assertApplied(publish(4_000));
    assertThat(slow.metricsPerSecond("acme")).isEqualTo(4_000);
    assertThat(namespace.tokenFiles().get("current")).isNotEqualTo(first.get("current"));
  }

  @Test
  void shares_growAtOnceAndShrinkLater() throws Exception {
    PodServer stays = server();
    publish(1_000);
    PodServer leaves = server();
    assertApplied(publish(1_000));
    assertThat(stays.shares()).isEqualTo(2);
    namespace.notReady(leaves.ip());
    Publication fewer = publish(1_000);
    assertThat(stays.shares()).isEqualTo(2);
    assertThat(fewer.nextDue()).contains(clock.instant().plusSeconds(10));
    clock.advance(Duration.ofMillis(9_999));
    publish(1_000);
    assertThat(stays.shares()).isEqualTo(2);
    clock.advance(Duration.ofMillis(1));
    publish(1_000);
    assertThat(stays.shares()).isEqualTo(1);
    assertThat(namespace.configMap().orElseThrow().getData()).isEqualTo(Map.of("replicas", "2"));
  }

  @Test
  void operator_thatStarts_goesOnWithTheSharesOfTheOneBefore() throws Exception {
    IntStream.range(0, 3).forEach(_ -> assertThat(started()).isTrue());
    publish(1_000);
    namespace.notReady(servers.getLast().ip());
    try (Publisher next = new Publisher(kubernetes, clock)) {
      assertApplied(next.publish(namespace.request(1_000)));
      assertThat(servers.getFirst().shares()).isEqualTo(3);
      clock.advance(Duration.ofSeconds(10));
      next.publish(namespace.request(1_000));
      assertThat(servers.getFirst().shares()).isEqualTo(2);
    }
  }

  private boolean started() {
    try {
      return server().version() == 0;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void cluster_thatIsPaused_isOnlyReportedOn() throws Exception {
    PodServer server = server();
    assertApplied(publish(1_000));
    Publication paused = publisher.publish(namespace.paused(2_000));
    assertThat(paused.outcome()).isEqualTo(new Outcome.Paused(true));
    assertThat(paused.podsApplied()).isEqualTo(1);
    assertThat(publisher.publish(namespace.paused(1_000)).outcome())
        .isEqualTo(new Outcome.Paused(false));
    server.restart();
    namespace.pod(server.ip(), 2);
    assertThat(state(publisher.publish(namespace.paused(2_000)), server))
        .isEqualTo(new State.Behind());
    assertThat(server.version()).isZero();
    assertThat(namespace.published().version()).isEqualTo(1);
  }

  @Test
  void configMap_thatIsLost_isMadeFromWhatPodsHave() throws Exception {
    PodServer server = server();
    clock.advance(Duration.ofDays(2));
    assertApplied(publish(1_000));
    clock.advance(Duration.ofDays(2));
    assertApplied(publish(1_000));
    assertThat(namespace.published().text()).contains("\"held\":[]");
    long before = server.version();
    namespace.loseConfigMap();
    assertApplied(publish(2_000));
    assertThat(namespace.published().version()).isEqualTo(before + 1);
    assertThat(namespace.published().text()).contains("\"held\":[]");
    assertThat(server.metricsPerSecond("acme")).isEqualTo(2_000);
  }

  @Test
  void document_thatSomebodyPushedByHand_isGoneAbove() throws Exception {
    PodServer one = server();
    PodServer other = server();
    assertApplied(publish(1_000));
    assertThat(one.put("config", "{\"version\": 50}").statusCode()).isEqualTo(200);
    Publication noticed = publish(2_000);
    assertThat(state(noticed, one)).isEqualTo(new State.Behind());
    assertThat(state(noticed, other)).isEqualTo(new State.Applied());
    assertThat(noticed.nextDue()).contains(clock.instant().plusSeconds(1));
    assertApplied(publish(2_000));
    assertThat(one.version()).isEqualTo(51);
    assertThat(other.metricsPerSecond("acme")).isEqualTo(2_000);
  }

  @Test
  void document_thatSomebodyPushedByHand_isNoticedAlsoWithoutAChange() throws Exception {
    PodServer server = server();
    assertApplied(publish(1_000));
    server.put("config", "{\"version\": 50}");
    clock.advance(Duration.ofMinutes(5));
    assertApplied(publish(1_000));
    assertThat(server.version()).isEqualTo(51);
    assertThat(server.metricsPerSecond("acme")).isEqualTo(1_000);
  }

  @Test
  void version_thatNobodyCanGoAbove_stopsNoOtherPod() throws Exception {
    PodServer stuck = server();
    PodServer other = server();
    stuck.put("config", "{\"version\": " + VERSION_MAX + "}");
    Publication publication = publish(2_000);
    assertThat(state(publication, stuck)).isEqualTo(new State.VersionTooHigh(VERSION_MAX));
    assertThat(state(publication, other)).isEqualTo(new State.Applied());
    assertThat(other.version()).isEqualTo(2);
    assertThat(publication.nextDue()).isNotEqualTo(Optional.of(clock.instant().plusSeconds(1)));
    stuck.restart();
    namespace.pod(stuck.ip(), 2);
    assertApplied(publish(2_000));
    assertThat(stuck.metricsPerSecond("acme")).isEqualTo(2_000);
  }

  @Test
  void store_thatHasSeenAnotherCluster_isToldAboveThat() throws Exception {
    PodServer server = server();
    server.put("config", "{\"version\": 57, \"retention\": {\"default\": \"9d\"}}");
    server.restart();
    namespace.loseConfigMap();
    Publication publication = publish(1_000);
    assertApplied(publication);
    assertThat(server.version()).isEqualTo(58);
    assertThat(publication.pods().getFirst().retention().orElseThrow().documentVersion())
        .isEqualTo(58);
  }
}
