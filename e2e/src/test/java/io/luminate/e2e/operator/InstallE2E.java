// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.luminate.crd.ConditionStatus;
import io.luminate.crd.StatusCondition;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.operator.objects.ObjectLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The operator as the README has it installed, for all namespaces: two files are applied, and there
 * is a store; then what it stands on gives way, or is another one, which are the API server and the
 * definitions of its resources. Alone, and so after all tests that are beside each other, as it
 * looks after their namespaces too, and all operators would see an outage.
 */
@OnKubernetes
@Isolated
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class InstallE2E {
  private static final Path EXAMPLES = Path.of("..", "crds", "examples");
  private static final Path SNAPSHOT =
      Path.of("..", "crds", "src", "test", "resources", "snapshots", "v1alpha1-0.1.0");

  private static final String WATCHED = ObjectLabels.WATCH + "=" + ObjectLabels.WATCHED;
  private static final Duration GRACE = Duration.ofHours(24);

  private InstalledOperator operator;
  private Cluster cluster;

  /** Over ClickHouse, beside the other. */
  private Cluster stored;

  private ClickHouseRows rows;
  private Kubectl kubectl;
  private int hours;

  @BeforeAll
  void install(TestNamespace namespace) throws Exception {
    kubectl = new Kubectl(namespace.cluster());
    InstalledOperator.removeAll(namespace);
    operator = InstalledOperator.everywhere(namespace);
    cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    rows = ClickHouseRows.of(namespace);
    stored = new Cluster(namespace, "stored");
    rows.begin(stored, "stored");
    cluster.readyWithNothingHeld("retention: {default: 1d}");
  }

  @AfterAll
  void remove() {
    operator.remove();
  }

  @Test
  @Order(1)
  void installed_thenClusterApplied_storesAndAnswers(TestNamespace beside) throws Exception {
    try (TestNamespace namespace = beside.another()) {
      PeoplesRights people = new PeoplesRights(namespace);
      people.bind();
      Cluster edge = new Cluster(namespace, "edge");
      Cluster.createSecret(namespace);
      kubectl.apply(namespace.name(), example("cluster-rocksdb"));
      edge.awaitReady(1);
      assertThat(ReadmeCommands.type(namespace, "kubectl get service edge").replace(" ", ""))
          .contains("\"customer_id\":\"cust_1\"", "\"value\":145.5");
      MetricsClient tenant = edge.service("acme");
      tenant.write("requests", 1);
      tenant.write("requests", 2);
      assertThat(MetricsClient.expect200(tenant.count("requests", 1)).replace(" ", ""))
          .contains("\"value\":2");

      kubectl.apply(namespace.name(), Texts.quota("edge", 1));
      edge.awaitCondition(
          () -> edge.quota("acme").getStatus().conditions(),
          "Applied",
          ConditionStatus.TRUE,
          "Applied");
      assertThat(tenant.count("requests", 2).statusCode()).isEqualTo(400);
      assertThat(tenant.count("requests", 1).statusCode()).isEqualTo(200);
      namespace.client().resource(edge.quota("acme")).delete();
      assertExamplesAreAccepted(namespace);
      people.assertLimitsAreForAdmins();
    }
  }

  /** Of the ClickHouse that the example names there is none, nor its Secrets. */
  private static void assertExamplesAreAccepted(TestNamespace namespace) throws Exception {
    Cluster metrics = new Cluster(namespace, "metrics");
    for (String example : List.of("cluster-clickhouse", "retention-policies", "tenant-quota")) {
      new Kubectl(namespace.cluster()).apply(namespace.name(), example(example));
    }
    metrics.awaitCondition(
        () -> metrics.resource().getStatus().conditions(),
        "Ready",
        ConditionStatus.FALSE,
        "SecretNotFound");
    for (String policy : List.of("debug", "acme-audit")) {
      awaitAccepted(metrics, () -> metrics.policy(policy).getStatus().conditions());
    }
    awaitAccepted(metrics, () -> metrics.quota("acme").getStatus().conditions());
  }

  private static void awaitAccepted(Cluster cluster, Supplier<List<StatusCondition>> conditions) {
    cluster.awaitCondition(conditions, "Accepted", ConditionStatus.TRUE, "Accepted");
  }

  private static String example(String name) throws IOException {
    return Files.readString(EXAMPLES.resolve(name + ".yaml"));
  }

  @BeforeEach
  void applyPolicy() throws Exception {
    cluster.apply(Texts.policy("debug", "main", "debug_*", "7d"));
    assertChangesCount();
  }

  /** Another quota than before is in the pod, soon. */
  private void assertChangesCount() throws Exception {
    hours++;
    cluster.apply(Texts.quota("main", hours));
    cluster.awaitApplied("acme");
    MetricsClient tenant = cluster.service("acme");
    assertThat(tenant.count("any", hours).statusCode()).isEqualTo(200);
    assertThat(tenant.count("any", hours + 1).statusCode()).isEqualTo(400);
  }

  @Test
  void apiServer_restarted_nothingIsWritten_andChangesCount(TestNamespace namespace)
      throws Exception {
    cluster.awaitQuiet();
    int restarts = operator.restarts();
    double passes = operator.passes();
    Map<String, String> before = WrittenObjects.versions(namespace, "main");
    Pod pod = cluster.readyPods().getFirst();
    ProcessHandle process = namespace.cluster().kubelet().process(pod, "server").orElseThrow();
    namespace.cluster().controlPlane().restartApiServer();
    assertThat(process.isAlive()).isTrue();
    kubectl.run("label", "-n", namespace.name(), "secret/luminate-secrets", WATCHED);
    cluster.soon(
        () -> operator.passes() > passes && operator.ready().statusCode() == 200,
        "a Secret is looked at after the API server is back",
        () -> "no pass");
    cluster.awaitQuiet();
    assertThat(WrittenObjects.versions(namespace, "main")).isEqualTo(before);
    assertChangesCount();
    assertThat(operator.restarts()).isEqualTo(restarts);
    namespace.client().resource(pod).withGracePeriod(1).delete();
    cluster.inTheEnd(() -> !process.isAlive(), "a deleted pod has ended", () -> "it runs");
    cluster.awaitReady(1);
    namespace.cluster().controlPlane().requireAlive();
  }

  /** In the embedded store and in ClickHouse, each of which frees by its own means. */
  @Test
  void definitionOfPolicies_removedAndBack_bytesStay(TestNamespace namespace) throws Exception {
    stored.apply(Texts.policy("stored-debug", "stored", "debug_*", "7d"));
    rows.readyWithNothingHeld(stored, "stored", "stored-debug");
    Instant fourDaysAgo = Instant.now().minus(Duration.ofDays(4));
    stored.service("without-quota").write("debug_stored", fourDaysAgo, 1);
    stored.service("without-quota").write("plain_stored", fourDaysAgo, 1);
    MetricsClient tenant = cluster.service("without-quota");
    Instant twoDaysAgo = Instant.now().minus(Duration.ofDays(2));
    tenant.write("debug_kept", twoDaysAgo, 1);
    tenant.write("plain_freed", twoDaysAgo, 1);
    int restarts = operator.restarts();

    Instant removed = Instant.now();
    kubectl.run("delete", "crd", "retentionpolicies.luminate.io");
    cluster.soon(
        () ->
            Cluster.reason(cluster.resource().getStatus().conditions(), "Ready")
                    .equals("PassFailed")
                && cluster.resource().getStatus().toString().contains("RetentionPolicy"),
        "the cluster says what is missing",
        () -> cluster.resource().getStatus().toString());
    assertThat(operator.ready().statusCode()).isEqualTo(503);
    assertThat(operator.ready().body()).contains("RetentionPolicy");
    cluster.cleanUp("without-definition");

    applyDefinitions();
    cluster.soon(
        () -> operator.ready().statusCode() == 200, "policies are read again", operator::leader);
    awaitHeld(namespace, cluster, removed);
    awaitHeld(namespace, stored, removed);
    cluster.cleanUp("without-policy");
    rows.awaitTtl(stored, "stored");
    assertThat(rows.metricsAfterMerge("_stored")).containsExactly("debug_stored");
    cluster.apply(Texts.policy("debug", "main", "debug_*", "7d"));
    cluster.soon(
        () -> tenant.sees("debug_kept", 72),
        "points are seen again",
        () -> LimitsDocument.of(namespace, "main").text());
    cluster.apply(Texts.policy("plain", "main", "plain_*", "7d"));
    cluster.awaitAppliedPolicy("plain");
    assertThat(tenant.sees("plain_freed", 72)).as("what no policy was for").isFalse();
    cluster.awaitReady(1);
    assertThat(operator.restarts()).isEqualTo(restarts);
  }

  /** The pod has it too, as queries are clipped. */
  private static void awaitHeld(TestNamespace namespace, Cluster cluster, Instant since) {
    MetricsClient tenant = cluster.service("without-quota");
    String name = cluster.resource().getMetadata().getName();
    cluster.inTheEnd(
        () -> !tenant.sees("debug_kept", 120) && !tenant.sees("debug_stored", 120),
        "the policy is missed",
        () -> LimitsDocument.of(namespace, name).text());
    LimitsDocument document = LimitsDocument.of(namespace, name);
    assertThat(document.policies()).isEmpty();
    LimitsDocument.Hold hold = document.held("debug_*").orElseThrow();
    assertThat(hold.retention()).isEqualTo("7d");
    assertThat(hold.bytesUntil()).isBetween(since.plus(GRACE), Instant.now().plus(GRACE));
  }

  @Test
  void definitions_ofBefore_areReplacedUnderWhatIsStored(TestNamespace namespace) throws Exception {
    kubectl.run("apply", "--server-side", "--force-conflicts", "-f", SNAPSHOT.toString());
    cluster.apply(Texts.rocksDb("main", "retention: {default: 2d}"));
    cluster.apply(Texts.policy("stored", "main", "stored_*", "7d"));
    assertChangesCount();
    Pod pod = cluster.readyPods().getFirst();
    try (TestNamespace beside = namespace.another()) {
      StoredBefore before = StoredBefore.in(beside, EXAMPLES);
      applyDefinitions();
      before.assertStillValid();
    }

    assertChangesCount();
    cluster.apply(Texts.rocksDb("main", "retention: {default: 1d}"));
    namespace.client().resource(cluster.policy("stored")).delete();
    cluster.soon(
        () -> LimitsDocument.of(namespace, "main").held("stored_*").isPresent(),
        "a policy that was stored before is gone",
        () -> LimitsDocument.of(namespace, "main").text());
    cluster.awaitReady(1);
    assertThat(cluster.readyPods().getFirst().getMetadata().getUid())
        .isEqualTo(pod.getMetadata().getUid());
  }

  /** Also after each, for other tests count on them. */
  @AfterEach
  void applyDefinitions() throws Exception {
    kubectl.run(
        "apply",
        "--server-side",
        "--force-conflicts",
        "-f",
        Path.of("..", "crds", "generated").toString());
  }
}
