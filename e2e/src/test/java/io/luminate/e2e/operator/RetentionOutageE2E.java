// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.crd.ConditionStatus;
import io.luminate.crd.RetentionPolicy;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ClickHouse goes away while its TTL is changed. */
@OnKubernetes
final class RetentionOutageE2E {

  @Test
  void clickHouse_killedWhileItsTtlChanges_policiesAreAppliedOnceItIsBack(
      @LookedAfter TestNamespace namespace, @TempDir Path folder) throws Exception {
    Cluster cluster = new Cluster(namespace, "metrics");
    try (ClickHouseServer server = ClickHouse.start(folder);
        AppliedSeen seen = new AppliedSeen(namespace)) {
      Cluster.createSecret(namespace);
      Cluster.createSecret(namespace, server.luminate());
      String database = server.newDatabase();
      cluster.apply(Texts.clickHouse("metrics", server.httpUrl(), database, "replicas: 1"));
      cluster.awaitReady(1);
      cluster.apply(Texts.policy("first", "metrics", "debug_*", "7d"));
      awaitApplied(cluster, "first", ConditionStatus.TRUE, "Applied");
      cluster.service("acme").write("debug_requests", 1);

      server.execute("SYSTEM STOP MERGES");
      cluster.apply(Texts.policy("during", "metrics", "audit_*", "60d"));
      awaitApplied(cluster, "during", ConditionStatus.FALSE, "MutationRunning");
      server.kill9();
      awaitApplied(cluster, "during", ConditionStatus.UNKNOWN, "RetentionUnknown");
      cluster.apply(Texts.policy("away", "metrics", "trace_*", "3d"));
      awaitAccepted(cluster, "away");
      awaitApplied(cluster, "away", ConditionStatus.UNKNOWN, "RetentionUnknown");
      assertThat(cluster.service("acme").tryWrite("debug_requests", 1).statusCode()).isEqualTo(503);
      assertThat(cluster.readyPods()).as("pods that can say why").hasSize(1);

      assertThat(seen.policies()).containsOnly("first");
      server.start();
      awaitAppliedInTheEnd(cluster, "during");
      awaitAppliedInTheEnd(cluster, "away");
      assertThat(server.query(tables(database)))
          .anySatisfy(text -> assertThat(text).contains("audit", "trace", "debug"));
      cluster.soon(
          () -> seen.policies().size() == 3,
          "whoever watches has seen it",
          () -> "" + seen.policies());
      cluster.service("acme").write("debug_requests", 2);
    }
  }

  private static String tables(String database) {
    return "SELECT create_table_query FROM system.tables WHERE database = '" + database + "'";
  }

  private static void awaitAccepted(Cluster cluster, String policy) {
    cluster.awaitCondition(
        () -> cluster.policy(policy).getStatus().conditions(),
        "Accepted",
        ConditionStatus.TRUE,
        "Accepted");
  }

  private static void awaitApplied(
      Cluster cluster, String policy, ConditionStatus status, String reason) {
    cluster.awaitCondition(
        () -> cluster.policy(policy).getStatus().conditions(), "Applied", status, reason);
  }

  private static void awaitAppliedInTheEnd(Cluster cluster, String policy) {
    cluster.inTheEnd(
        () ->
            Cluster.reason(cluster.policy(policy).getStatus().conditions(), "Applied")
                .equals("Applied"),
        policy + " is applied after ClickHouse is back",
        () -> cluster.policy(policy).getStatus().toString());
  }

  /** The policies that were said to be applied, however shortly. */
  private static final class AppliedSeen implements Watcher<RetentionPolicy>, AutoCloseable {
    private final Set<String> policies = ConcurrentHashMap.newKeySet();
    private final Watch watch;

    AppliedSeen(TestNamespace namespace) {
      watch =
          namespace
              .client()
              .resources(RetentionPolicy.class)
              .inNamespace(namespace.name())
              .watch(this);
    }

    @Override
    public void eventReceived(Action action, RetentionPolicy policy) {
      if (Cluster.reason(policy.getStatus().conditions(), "Applied").equals("Applied")) {
        policies.add(policy.getMetadata().getName());
      }
    }

    /** What came after that is unknown, so no test may pass on it. */
    @Override
    public void onClose(WatcherException cause) {
      policies.add("the watch ended: " + cause);
    }

    Set<String> policies() {
      return Set.copyOf(policies);
    }

    @Override
    public void close() {
      watch.close();
    }
  }
}
