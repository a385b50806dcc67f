// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.luminate.e2e.cluster.Eventually;
import io.luminate.e2e.cluster.Http;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.e2e.cluster.TestPods;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Alone, as every other test would see it. */
@OnKubernetes
@Isolated
final class ApiServerRestartE2E {

  @Test
  void restart_isSurvivedByPods_andSeenByNoOne(TestNamespace namespace)
      throws IOException, InterruptedException {
    Service service = namespace.create(TestPods.service("web"));
    namespace.create(TestPods.deployment("web", 1, TestPods.server()));
    Pod pod = namespace.awaitReady("web", 1).getFirst();
    Eventually.holds(() -> !Http.get(service, "/name").isEmpty(), () -> "no answer");
    ProcessHandle process = namespace.cluster().kubelet().process(pod, "server").orElseThrow();
    namespace.cluster().controlPlane().restartApiServer();
    assertThat(process.isAlive()).isTrue();
    assertThat(Http.get(service, "/name")).isEqualTo(pod.getMetadata().getName());
    namespace.client().apps().deployments().inNamespace(namespace.name()).withName("web").scale(2);
    namespace.awaitReady("web", 2);
    namespace.client().resource(pod).delete();
    Eventually.holds(() -> !process.isAlive(), () -> "a deleted pod still runs");
    namespace.awaitReady("web", 2);
    namespace.cluster().controlPlane().requireAlive();
  }
}
