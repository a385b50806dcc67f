// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.crd.ConditionStatus;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ClickHouse goes away and comes back, and the cluster says so all the time. */
@OnKubernetes
final class StorageE2E {
  /**
   * A node takes a pod out after two probes in vain, five seconds apart; with one more to spare.
   */
  private static final Duration UNREADY_WITHIN = Duration.ofSeconds(15);

  @Test
  void clickHouseThatIsAway_isSaid_whilePodsStayReady(
      @LookedAfter TestNamespace namespace, @TempDir Path folder) throws Exception {
    try (ClickHouseServer clickHouse = ClickHouse.start(folder)) {
      Cluster cluster = new Cluster(namespace, "metrics");
      Cluster.createSecret(namespace);
      Cluster.createSecret(namespace, clickHouse.luminate());
      String database = clickHouse.newDatabase();
      cluster.apply(Texts.clickHouse("metrics", clickHouse.httpUrl(), database, "replicas: 2"));
      cluster.awaitReady(2);
      awaitStorage(cluster, ConditionStatus.TRUE, "StorageAnswers");
      MetricsClient tenant = cluster.service("acme");
      tenant.write("requests", 1);

      clickHouse.kill9();
      Instant killed = Instant.now();
      awaitStorage(cluster, ConditionStatus.FALSE, "StorageUnavailable");
      awaitReady(cluster, ConditionStatus.FALSE, "StorageUnavailable");
      awaitProbesOfReadyPods(cluster, killed.plus(UNREADY_WITHIN));
      MetricsClient.Reply refused = tenant.tryWrite("requests", 2);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);

      clickHouse.start();
      // A server whose last write failed believes it until the next one, or for a minute.
      cluster.soon(
          () -> tenant.tryWrite("requests", 3).statusCode() == 200 && hasStorage(cluster),
          "storage answers again",
          () -> cluster.resource().getStatus().toString());
      awaitReady(cluster, ConditionStatus.TRUE, "Serving");
      assertThat(cluster.readyPods()).hasSize(2);
    }
  }

  private static void awaitProbesOfReadyPods(Cluster cluster, Instant last) {
    cluster.inTheEnd(
        () -> {
          assertThat(cluster.readyPods()).as("ready while ClickHouse is away").hasSize(2);
          return Instant.now().isAfter(last);
        },
        "that no probe fails while ClickHouse is away",
        () -> cluster.pods().toString());
  }

  private static boolean hasStorage(Cluster cluster) {
    return Cluster.reason(cluster.resource().getStatus().conditions(), "StorageAvailable")
        .equals("StorageAnswers");
  }

  @Test
  void databaseOfAnotherCluster_isSaid(@LookedAfter TestNamespace namespace) throws Exception {
    ClickHouseServer clickHouse = ClickHouse.shared();
    Cluster first = new Cluster(namespace, "first");
    Cluster.createSecret(namespace);
    Cluster.createSecret(namespace, clickHouse.luminate());
    String database = clickHouse.newDatabase();
    first.apply(Texts.clickHouse("first", clickHouse.httpUrl(), database, "replicas: 1"));
    first.awaitReady(1);
    Cluster second = new Cluster(namespace, "second");
    second.apply(Texts.clickHouse("second", clickHouse.httpUrl(), database, "replicas: 1"));
    second.inTheEnd(
        () ->
            Cluster.reason(second.resource().getStatus().conditions(), "StorageAvailable")
                .equals("DatabaseOwned"),
        "the owner is said",
        () -> second.resource().getStatus().toString());
    awaitStorage(second, ConditionStatus.FALSE, "DatabaseOwned");
    awaitStorage(first, ConditionStatus.TRUE, "StorageAnswers");
  }

  private static void awaitStorage(Cluster cluster, ConditionStatus status, String reason) {
    cluster.awaitCondition(
        () -> cluster.resource().getStatus().conditions(), "StorageAvailable", status, reason);
  }

  private static void awaitReady(Cluster cluster, ConditionStatus status, String reason) {
    cluster.awaitCondition(
        () -> cluster.resource().getStatus().conditions(), "Ready", status, reason);
  }
}
