// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.luminate.e2e.cluster.Eventually;
import io.luminate.e2e.cluster.Http;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.e2e.cluster.TestPods;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the controllers make of their objects, on the node. */
@OnKubernetes
final class WorkloadsE2E {

  @Test
  void deployment_getsReady_andItsServiceLeadsToAll(TestNamespace namespace) {
    Service service = namespace.create(TestPods.service("web"));
    namespace.create(TestPods.deployment("web", 3, TestPods.server()));
    List<Pod> pods = namespace.awaitReady("web", 3);
    assertThat(pods).extracting(pod -> pod.getStatus().getPodIP()).doesNotHaveDuplicates();
    Set<String> names = new TreeSet<>();
    Eventually.holds(
        () -> {
          names.add(Http.get(service, "/name"));
          return names.size() == 3;
        },
        () -> "only " + names + " answer");
    assertThat(names)
        .containsExactlyElementsOf(
            pods.stream().map(pod -> pod.getMetadata().getName()).sorted().toList());
  }

  @Test
  void deployment_killedPodIsStartedAgain(TestNamespace namespace) {
    namespace.create(TestPods.deployment("web", 1, TestPods.server()));
    Pod pod = namespace.awaitReady("web", 1).getFirst();
    namespace.cluster().kubelet().process(pod, "server").orElseThrow().destroyForcibly();
    Eventually.holds(
        () -> status(namespace, pod).getRestartCount() == 1 && status(namespace, pod).getReady(),
        () -> status(namespace, pod).toString());
    ContainerStatus after = status(namespace, pod);
    assertThat(after.getLastState().getTerminated().getExitCode()).isEqualTo(137);
    assertThat(after.getLastState().getTerminated().getReason()).isEqualTo("Error");
    assertThat(after.getContainerID())
        .isNotEqualTo(pod.getStatus().getContainerStatuses().getFirst().getContainerID());
  }

  private static ContainerStatus status(TestNamespace namespace, Pod pod) {
    return namespace.pod(pod.getMetadata().getName()).getStatus().getContainerStatuses().getFirst();
  }
}
