// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.luminate.e2e.cluster.Eventually;
import io.luminate.e2e.cluster.Http;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestImages;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.e2e.cluster.TestPods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A container's start, its probes, its restarts and its end. */
@OnKubernetes
@Order(OnKubernetes.LONG)
final class LifecycleE2E {

  @Test
  void image_unknown_isWaitedFor(TestNamespace namespace) {
    Container container =
        new ContainerBuilder(TestPods.server()).withImage("luminate/not-yet:1").build();
    namespace.create(TestPods.pod("web", container));
    awaitWaiting(namespace, "web", "ErrImagePull");
    awaitWaiting(namespace, "web", "ImagePullBackOff");
    Images images = namespace.cluster().images();
    images.put("luminate/not-yet:1", images.get(TestImages.SERVER).orElseThrow());
    namespace.awaitReady("web", 1);
  }

  @Test
  void container_thatEnds_backsOff(TestNamespace namespace) {
    namespace.create(TestPods.pod("web", TestPods.shell("exit 3")));
    awaitWaiting(namespace, "web", "CrashLoopBackOff");
    ContainerStatus status = status(namespace, "web");
    assertThat(status.getLastState().getTerminated().getExitCode()).isEqualTo(3);
    assertThat(status.getRestartCount()).isPositive();
    assertThat(namespace.pod("web").getStatus().getPhase()).isEqualTo("Running");
  }

  @Test
  void liveness_failing_restarts(TestNamespace namespace) throws IOException, InterruptedException {
    Container container =
        new ContainerBuilder(TestPods.server())
            .withNewLivenessProbe()
            .withNewExec()
            .withCommand("sh", "-c", "! test -e /tmp/dead")
            .endExec()
            .withPeriodSeconds(1)
            .withFailureThreshold(1)
            .withTimeoutSeconds(5)
            .endLivenessProbe()
            .withNewStartupProbe()
            .withNewTcpSocket()
            .withNewPort("http")
            .endTcpSocket()
            .withPeriodSeconds(1)
            .withFailureThreshold(60)
            .endStartupProbe()
            .build();
    namespace.create(TestPods.pod("web", container));
    Pod pod = namespace.awaitReady("web", 1).getFirst();
    Http.put(pod, "/file/tmp/dead", "");
    Eventually.holds(
        () ->
            status(namespace, "web").getRestartCount() == 1 && status(namespace, "web").getReady(),
        () -> status(namespace, "web").toString());
  }

  @Test
  void deletion_isGraceful(TestNamespace namespace) throws IOException {
    Path here =
        Files.createDirectories(
            namespace.cluster().kubelet().logs().resolve("..").resolve(namespace.name()));
    Container container =
        new ContainerBuilder(TestPods.server())
            .addNewEnv()
            .withName("LAST_WORDS")
            .withValue("/words/last")
            .endEnv()
            .withNewLifecycle()
            .withNewPreStop()
            .withNewExec()
            .withCommand("sh", "-c", "echo first > /words/first")
            .endExec()
            .endPreStop()
            .endLifecycle()
            .addNewVolumeMount()
            .withName("words")
            .withMountPath("/words")
            .endVolumeMount()
            .build();
    namespace.create(
        new PodBuilder(TestPods.pod("web", container))
            .editSpec()
            .addNewVolume()
            .withName("words")
            .withNewHostPath()
            .withPath(here.toRealPath().toString())
            .endHostPath()
            .endVolume()
            .endSpec()
            .build());
    Pod pod = namespace.awaitReady("web", 1).getFirst();
    namespace.client().resource(pod).delete();
    Eventually.holds(() -> namespace.pods("web").isEmpty(), () -> "it stays");
    assertThat(here.resolve("first")).hasContent("first\n");
    assertThat(here.resolve("last")).hasContent("bye");
  }

  @Test
  void deletion_killsWhatDoesNotListen(TestNamespace namespace) {
    Container deaf = TestPods.shell("trap '' TERM; while true; do sleep 1; done");
    namespace.create(
        new PodBuilder(TestPods.pod("web", deaf))
            .editSpec()
            .withTerminationGracePeriodSeconds(1L)
            .endSpec()
            .build());
    Pod pod = namespace.awaitReady("web", 1).getFirst();
    ProcessHandle process = namespace.cluster().kubelet().process(pod, "shell").orElseThrow();
    namespace.client().resource(pod).delete();
    Eventually.holds(() -> namespace.pods("web").isEmpty(), () -> "it stays");
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void root_isReadOnly_whereThePodSaysSo(TestNamespace namespace) {
    Container container =
        new ContainerBuilder(TestPods.shell("touch /var/x 2> /dev/termination-log; touch /tmp/x"))
            .withNewSecurityContext()
            .withReadOnlyRootFilesystem(true)
            .endSecurityContext()
            .build();
    namespace.create(withVolumeAtTmp(container, "Never"));
    Eventually.holds(
        () -> "Succeeded".equals(namespace.pod("web").getStatus().getPhase()),
        () -> namespace.pod("web").getStatus().toString());
    assertThat(status(namespace, "web").getState().getTerminated().getMessage())
        .contains("Read-only file system");
  }

  @Test
  void volume_atTmp_outlivesItsContainer(TestNamespace namespace) {
    Container container = TestPods.shell("test -e /tmp/x || { touch /tmp/x; exit 1; }");
    namespace.create(withVolumeAtTmp(container, "OnFailure"));
    Eventually.holds(
        () -> "Succeeded".equals(namespace.pod("web").getStatus().getPhase()),
        () -> namespace.pod("web").getStatus().toString());
    assertThat(status(namespace, "web").getRestartCount()).isEqualTo(1);
  }

  private static Pod withVolumeAtTmp(Container container, String restartPolicy) {
    Container mounting =
        new ContainerBuilder(container)
            .addNewVolumeMount()
            .withName("tmp")
            .withMountPath("/tmp")
            .endVolumeMount()
            .build();
    return new PodBuilder(TestPods.pod("web", mounting))
        .editSpec()
        .withRestartPolicy(restartPolicy)
        .addNewVolume()
        .withName("tmp")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .endSpec()
        .build();
  }

  @Test
  void initContainer_runsFirst(TestNamespace namespace) throws IOException, InterruptedException {
    Container first =
        new ContainerBuilder(TestPods.shell("echo made > /shared/file"))
            .withName("first")
            .addNewVolumeMount()
            .withName("shared")
            .withMountPath("/shared")
            .endVolumeMount()
            .build();
    Container second =
        new ContainerBuilder(TestPods.server())
            .addNewVolumeMount()
            .withName("shared")
            .withMountPath("/shared")
            .withReadOnly(true)
            .endVolumeMount()
            .build();
    namespace.create(
        new PodBuilder(TestPods.pod("web", second))
            .editSpec()
            .withInitContainers(first)
            .addNewVolume()
            .withName("shared")
            .withNewEmptyDir()
            .endEmptyDir()
            .endVolume()
            .endSpec()
            .build());
    Pod pod = namespace.awaitReady("web", 1).getFirst();
    assertThat(Http.get(pod, "/file/shared/file")).isEqualTo("made\n");
  }

  private static void awaitWaiting(TestNamespace namespace, String pod, String reason) {
    Eventually.holds(
        () -> {
          ContainerState state = status(namespace, pod).getState();
          return state.getWaiting() != null && reason.equals(state.getWaiting().getReason());
        },
        () -> "not " + reason + ": " + namespace.pod(pod).getStatus());
  }

  private static ContainerStatus status(TestNamespace namespace, String pod) {
    return namespace.pod(pod).getStatus().getContainerStatuses().getFirst();
  }
}
