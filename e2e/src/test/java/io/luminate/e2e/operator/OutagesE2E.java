// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.operator.objects.ObjectLabels;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What an operator stands on gives way, or is another one: the API server, the definitions of its
 * resources. Alone, as all operators would see it.
 */
@OnKubernetes
@Isolated
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OutagesE2E {
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
    operator = InstalledOperator.in(namespace);
    cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    rows = ClickHouseRows.of(namespace);
    stored = new Cluster(namespace, "stored");
    rows.begin(stored, "stored");
    cluster.readyWithNothingHeld("retention: {default: 1d}");
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

    applyDefinitions();
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
