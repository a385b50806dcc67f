// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static io.luminate.operator.status.Observed.condition;
import static io.luminate.operator.status.Observed.deployment;
import static io.luminate.operator.status.Observed.pod;
import static io.luminate.operator.status.StatusRow.row;
import static io.luminate.operator.status.StatusRow.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.operator.publishing.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a cluster's status says of its pods and of what makes them. */
class PodStatusTest {
  private static final String CRASHED =
      "{conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: server, restartCount: 3,"
          + " state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1,"
          + " message: \"starting\\ncannot open: storage.path is missing\\n\"}}}]}";

  static Stream<StatusRow> table() {
    return Stream.of(rollouts(), podsThatAreNotMade(), podFaults(), lostAndLatePods())
        .flatMap(rows -> rows);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void observation_becomesConditions(StatusRow row) {
    row.check();
  }

  private static Stream<StatusRow> rollouts() {
    return Stream.of(
        row(
            "nothing was done yet",
            o -> {
              o.workload = Optional.empty();
              o.lastPass = new LastPass.None();
              o.storage = StorageHealth.unknown();
            },
            "Ready=False/Creating Progressing=True/Creating StorageAvailable=Unknown/StorageUnknown"
                + " ConfigurationInSync=Unknown/Pending"),
        row(
            "pods start",
            o -> o.workload = Optional.of(deployment(3, 3, 1, 3)),
            "Ready=False/PodsStarting Progressing=True/PodsStarting"),
        row(
            "pods are replaced",
            o -> o.workload = Optional.of(deployment(3, 4, 3, 1)),
            "Ready=False/RollingOut Progressing=True/RollingOut"),
        row(
            "its controller has not seen the template",
            o -> {
              var workload = deployment(3, 3, 3, 3);
              workload.getMetadata().setGeneration(5L);
              o.workload = Optional.of(workload);
            },
            "Ready=False/RollingOut Progressing=True/RollingOut"),
        row(
            "an autoscaler wants more",
            o -> {
              o.cluster = Observed.cluster("autoscaling: {minReplicas: 3, maxReplicas: 9}");
              o.workload = Optional.of(deployment(6, 6, 4, 6));
            },
            "Progressing=True/PodsStarting"),
        row(
            "an autoscaler's pods are scaled to none",
            o -> {
              o.cluster = Observed.cluster("autoscaling: {minReplicas: 3, maxReplicas: 9}");
              o.workload = Optional.of(deployment(0, 0, 0, 0));
            },
            "Ready=False/ScaledToZero Degraded=True/ScaledToZero"),
        row(
            "somebody scaled it to none while it is paused",
            o -> {
              o.cluster = Observed.cluster("paused: true");
              o.lastPass =
                  Observed.pass(
                      new Outcome.Paused(false),
                      Observed.document(List.of(), List.of()),
                      Observed.applied("main-1"));
              o.workload = Optional.of(deployment(0, 2, 2, 2));
            },
            "Ready=False/ScaledToZero Degraded=True/ScaledToZero Paused=True/Paused"));
  }

  private static Stream<StatusRow> podsThatAreNotMade() {
    return Stream.of(
        row(
            "no pod of a Deployment can be made",
            o -> o.workload = Optional.of(unmade(deployment(3, 0, 0, 0), "True")),
            "Ready=False/PodsNotCreated Progressing=True/PodsStarting"
                + " Degraded=True/PodsNotCreated"),
        row(
            "none of the next template can be made",
            o -> o.workload = Optional.of(unmade(deployment(3, 3, 3, 0), "True")),
            "Ready=False/PodsNotCreated Progressing=True/RollingOut"
                + " Degraded=True/PodsNotCreated"),
        row(
            "those that an autoscaler has just asked for cannot be made",
            o -> {
              o.cluster = Observed.cluster("autoscaling: {minReplicas: 3, maxReplicas: 9}");
              o.workload = Optional.of(unmade(deployment(6, 3, 3, 3), "True"));
            },
            "Progressing=True/PodsStarting Degraded=True/PodsNotCreated"),
        row(
            "pods can be made again",
            o -> o.workload = Optional.of(unmade(deployment(3, 3, 3, 3), "False")),
            "Degraded=False/AsExpected"),
        row(
            "no pod of a StatefulSet is made",
            o -> {
              o.workload = Optional.of(statefulSet("{observedGeneration: 4}"));
              o.notCreated = Optional.of("create Pod main-0 in StatefulSet main failed");
            },
            "Ready=False/PodsNotCreated Progressing=True/PodsStarting"
                + " Degraded=True/PodsNotCreated"));
  }

  /** As a quota of the namespace does it. */
  private static Deployment unmade(Deployment deployment, String status) {
    deployment
        .getStatus()
        .setConditions(
            List.of(
                new DeploymentConditionBuilder()
                    .withType("ReplicaFailure")
                    .withStatus(status)
                    .withReason("FailedCreate")
                    .withMessage("exceeded quota: small")
                    .build()));
    return deployment;
  }

  private static Stream<StatusRow> podFaults() {
    return Stream.of(
        row(
            "a server does not start",
            o -> {
              o.workload = Optional.of(deployment(3, 3, 2, 3));
              o.pods = List.of(pod("main-1", CRASHED));
            },
            "Ready=False/PodStartFailed Progressing=True/PodsStarting Degraded=True/PodStartFailed"),
        row(
            "an image is not there",
            o -> {
              o.workload = Optional.of(deployment(3, 4, 3, 1));
              o.pods = List.of(pod("main-1", waiting("ImagePullBackOff")));
            },
            "Ready=False/ImageNotPulled Progressing=True/RollingOut Degraded=True/ImageNotPulled"),
        row(
            "a container cannot be made",
            o -> {
              o.workload = Optional.of(deployment(3, 3, 2, 3));
              o.pods = List.of(pod("main-1", waiting("CreateContainerConfigError")));
            },
            "Ready=False/ContainerNotCreated Progressing=True/PodsStarting"
                + " Degraded=True/ContainerNotCreated"),
        row(
            "no node has room",
            o -> {
              o.workload = Optional.of(deployment(3, 3, 2, 3));
              o.pods =
                  List.of(
                      pod(
                          "main-1",
                          "{conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: no}]}"));
            },
            "Ready=False/PodUnschedulable Progressing=True/PodsStarting"
                + " Degraded=True/PodUnschedulable"));
  }

  private static Stream<StatusRow> lostAndLatePods() {
    return Stream.of(
        row(
            "a pod is lost",
            o -> {
              o.workload = Optional.of(deployment(3, 3, 2, 3));
              o.pods = List.of(pod("main-1", running("2026-03-01T11:00:00Z")));
            },
            "Ready=False/PodNotReady Progressing=True/PodsStarting Degraded=True/PodNotReady"),
        row(
            "a pod is lost that did not start at first",
            o -> {
              o.workload = Optional.of(deployment(3, 3, 2, 3));
              o.pods = List.of(pod("main-1", crashedBefore("2026-03-01T11:00:00Z")));
            },
            "Ready=False/PodNotReady Progressing=True/PodsStarting Degraded=True/PodNotReady"),
        row(
            "a pod has not been ready since it ended",
            o -> {
              o.workload = Optional.of(deployment(3, 3, 2, 3));
              o.pods = List.of(pod("main-1", crashedBefore("2026-03-01T11:59:00Z")));
            },
            "Ready=False/PodStartFailed Progressing=True/PodsStarting Degraded=True/PodStartFailed"),
        row(
            "a pod has not been ready yet",
            o -> {
              o.workload = Optional.of(deployment(3, 3, 2, 3));
              o.pods = List.of(pod("main-1", running("2026-03-01T11:59:00Z")));
            },
            "Ready=False/PodsStarting Progressing=True/PodsStarting"),
        row(
            "a rollout is late",
            o -> {
              var workload = deployment(3, 4, 3, 1);
              workload
                  .getStatus()
                  .setConditions(
                      List.of(
                          new DeploymentConditionBuilder()
                              .withType("Progressing")
                              .withStatus("False")
                              .withReason("ProgressDeadlineExceeded")
                              .withMessage("late")
                              .build()));
              o.workload = Optional.of(workload);
            },
            "Ready=False/RollingOut Progressing=False/RolloutStuck Degraded=True/RolloutStuck"));
  }

  @Test
  void quotaOfTheNamespace_isInTheMessage() {
    Observed seen = new Observed();
    seen.workload = Optional.of(unmade(deployment(3, 0, 0, 0), "True"));
    assertThat(condition(seen.status().conditions(), "Degraded").message())
        .isEqualTo("Pods are not made: exceeded quota: small");
  }

  @Test
  void startError_reachesStatusThroughTheTerminationMessage() {
    Observed seen = new Observed();
    seen.workload = Optional.of(deployment(3, 3, 2, 3));
    seen.pods = List.of(pod("main-1", CRASHED));
    assertThat(condition(seen.status().conditions(), "Degraded").message())
        .isEqualTo("Pod main-1: cannot open: storage.path is missing");
  }

  @Test
  void statefulSet_isOneRevisionOnceAllAreUpdated() {
    Observed seen = new Observed();
    seen.workload =
        Optional.of(
            statefulSet(
                "{observedGeneration: 4, replicas: 1, readyReplicas: 1,"
                    + " currentRevision: main-2, updateRevision: main-2}"));
    assertThat(said(seen.status())).isEqualTo(said(new Observed().status()));
    seen.workload =
        Optional.of(
            statefulSet(
                "{observedGeneration: 4, replicas: 1, readyReplicas: 1,"
                    + " currentRevision: main-1, updateRevision: main-2}"));
    assertThat(said(seen.status())).containsEntry("Ready", "False/RollingOut");
    seen.workload = Optional.of(statefulSet("{}"));
    assertThat(said(seen.status())).containsEntry("Ready", "False/PodsStarting");
  }

  @Test
  void podThatIsBeingEnded_isNoFault() {
    Observed seen = new Observed();
    var ending = pod("main-1", CRASHED);
    ending.getMetadata().setDeletionTimestamp("2026-03-01T12:00:00Z");
    seen.pods = List.of(ending);
    assertThat(said(seen.status())).containsEntry("Degraded", "False/AsExpected");
  }

  private static StatefulSet statefulSet(String status) {
    return Serialization.unmarshal(
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: main, namespace: metrics, generation: 4}
        spec:
          replicas: 1
          template: {spec: {containers: [{name: server, image: "server:0.1.0"}]}}
        status: %s
        """
            .formatted(status),
        StatefulSet.class);
  }

  private static String waiting(String reason) {
    return "{conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: server,"
        + " image: 'server:9', state: {waiting: {reason: "
        + reason
        + ", message: secret not found}}}]}";
  }

  /** A container that runs, of a pod that is not ready since 11:30. */
  private static String running(String startedAt) {
    return running(startedAt, "{}");
  }

  private static String crashedBefore(String startedAt) {
    return running(startedAt, "{terminated: {exitCode: 1, message: cannot open}}");
  }

  private static String running(String startedAt, String lastState) {
    return "{conditions: [{type: Ready, status: 'False', lastTransitionTime: '2026-03-01T11:30:00Z'}],"
        + " containerStatuses: [{name: server, state: {running: {startedAt: '"
        + startedAt
        + "'}}, lastState: "
        + lastState
        + "}]}";
  }
}
