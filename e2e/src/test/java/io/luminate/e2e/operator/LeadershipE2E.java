// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Two operators beside each other, and what becomes of the one that leads. Each that begins to lead
 * is slow at first, so what it does then is waited for as of a new one.
 */
@OnKubernetes
@Order(OnKubernetes.LONGEST)
@Execution(ExecutionMode.SAME_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LeadershipE2E {
  /** That of a lease, and what is soon after it. */
  private static final Duration LEASE_AND_SOON = Duration.ofSeconds(15 + 10);

  private InstalledOperator operator;
  private Cluster cluster;

  @BeforeAll
  void install(TestNamespace namespace) throws Exception {
    operator = InstalledOperator.in(namespace);
    operator.scale(2);
    cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.rocksDb("main"));
    cluster.awaitReady(1);
  }

  @Test
  void leader_endedThenKilled_theOtherGoesOn(TestNamespace namespace) throws Exception {
    applyQuota(cluster, 1);
    try (Publications published = Publications.of(namespace, "main")) {
      Pod ended = operator.leading().orElseThrow();
      namespace.client().resource(ended).delete();
      cluster.soon(
          () -> isAnother(operator, ended), "another leads after SIGTERM", operator::leader);
      applyQuota(new Cluster(namespace, "main"), 2);

      operator.awaitReplicas(2);
      Pod killed = operator.leading().orElseThrow();
      operator.kill(killed);
      cluster.apply(Texts.quota("main", 3));
      assertThat(
              cluster.inTheEnd(
                  () -> isAnother(operator, killed),
                  "another leads after SIGKILL",
                  operator::leader))
          .isLessThan(LEASE_AND_SOON);
      awaitQuota(new Cluster(namespace, "main"), 3);

      operator.awaitReplicas(2);
      assertThat(operator.leaders()).isEqualTo(1);
      published.assertEachIsAbove();
      assertThat(published.count()).isGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void leader_thatSleptThroughItsLease_endsWithoutAWord(TestNamespace namespace) throws Exception {
    applyQuota(cluster, 1);
    Pod sleeping = operator.leading().orElseThrow();
    ProcessHandle process = operator.process(sleeping);
    try (Publications published = Publications.of(namespace, "main")) {
      signal("STOP", process);
      cluster.apply(Texts.quota("main", 2));
      assertThat(
              cluster.inTheEnd(
                  () -> isAnother(operator, sleeping),
                  "another leads while the first sleeps",
                  operator::leader))
          .isLessThan(LEASE_AND_SOON);
      awaitQuota(new Cluster(namespace, "main"), 2);
      long before = published.count();

      signal("CONT", process);
      cluster.soon(() -> !process.isAlive(), "who wakes up ends", () -> "it runs");
      operator.awaitReplicas(2);
      assertThat(operator.leaders()).isEqualTo(1);
      published.assertEachIsAbove();
      assertThat(published.count()).as("documents").isEqualTo(before);
    } finally {
      signal("CONT", process);
    }
  }

  private static boolean isAnother(InstalledOperator operator, Pod than) throws Exception {
    return operator.leading().isPresent()
        && !operator.leader().equals(than.getMetadata().getName());
  }

  private static void applyQuota(Cluster cluster, int hours) throws Exception {
    cluster.apply(Texts.quota("main", hours));
    awaitQuota(cluster, hours);
  }

  private static void awaitQuota(Cluster cluster, int hours) throws Exception {
    cluster.awaitApplied("acme");
    MetricsClient tenant = Cluster.pod(cluster.readyPods().getFirst(), "acme");
    MetricsClient.expect200(tenant.count("any", hours));
    assertThat(tenant.count("any", hours + 1).statusCode()).isEqualTo(400);
  }

  private static void signal(String name, ProcessHandle process)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }
}
