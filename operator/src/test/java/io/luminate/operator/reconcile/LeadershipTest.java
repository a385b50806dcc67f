// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.luminate.kube.testkit.ApiServer;
import io.luminate.operator.config.OperatorConfig;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LeadershipTest {
  private static final OperatorConfig CONFIG =
      new OperatorConfig(
          "default", "one", "server:test", Set.of(), "leadership-test", "127.0.0.1", 0);

  @Test
  void leader_isCertainFromItsFirstMoment_untilItGivesTheLeaseAway() throws Exception {
    CountDownLatch won = new CountDownLatch(1);
    try (KubernetesClient kubernetes =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(ApiServer.shared().access().kubeconfig()))
            .build()) {
      Leadership leadership = new Leadership(kubernetes, CONFIG, won::countDown, () -> {});
      assertThat(leadership.isCertain()).isFalse();
      leadership.start();
      assertThat(won.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(leadership.isCertain()).isTrue();
      leadership.close();
      assertThat(leadership.isCertain()).isFalse();
      awaitGivenAway(kubernetes);
    }
  }

  /** Its name stays in the lease, of which a second is left. */
  private static void awaitGivenAway(KubernetesClient kubernetes) throws InterruptedException {
    long lastNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (leaseSeconds(kubernetes) > 1) {
      assertThat(System.nanoTime()).isLessThan(lastNanos);
      Thread.sleep(20);
    }
  }

  private static int leaseSeconds(KubernetesClient kubernetes) {
    return kubernetes
        .leases()
        .inNamespace(CONFIG.namespace())
        .withName(CONFIG.leaseName())
        .get()
        .getSpec()
        .getLeaseDurationSeconds();
  }
}
