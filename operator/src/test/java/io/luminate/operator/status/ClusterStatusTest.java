// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static io.luminate.operator.status.Observed.LATER;
import static io.luminate.operator.status.Observed.NOW;
import static io.luminate.operator.status.Observed.applied;
import static io.luminate.operator.status.Observed.condition;
import static io.luminate.operator.status.Observed.deployment;
import static io.luminate.operator.status.Observed.pod;
import static io.luminate.operator.status.Observed.published;
import static io.luminate.operator.status.Observed.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.ConditionStatus;
import io.luminate.crd.LuminateClusterStatus;
import io.luminate.crd.StatusCondition;
import io.luminate.operator.objects.SecretValue;
import io.luminate.operator.publishing.Outcome;
import io.luminate.operator.publishing.PodReport.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterStatusTest {
  private static final String CRASHED =
      "{conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: server, restartCount: 3,"
          + " state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1,"
          + " message: \"starting\\ncannot open: storage.path is missing\\n\"}}}]}";

  @Test
  void allWell_isReadyAndNothingElse() {
    assertThat(said(new Observed().status()))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "Ready", "True/Serving",
                "Progressing", "False/Settled",
                "Degraded", "False/AsExpected",
                "StorageAvailable", "True/StorageAnswers",
                "ConfigurationInSync", "True/InSync",
                "Paused", "False/NotPaused",
                "Stalled", "False/NothingToFix"));
  }

  @Test
  void figures_areOfTheWorkloadAndTheDocument() {
    LuminateClusterStatus status = new Observed().status();
    assertThat(status.observedGeneration()).isEqualTo(7);
    assertThat(status.replicas()).isEqualTo(3);
    assertThat(status.readyReplicas()).isEqualTo(3);
    assertThat(status.selector())
        .isEqualTo(
            "app.kubernetes.io/name=luminate,app.kubernetes.io/instance=main,app.kubernetes.io/component=server");
    assertThat(status.version()).isEqualTo("0.1.0");
    assertThat(status.configVersion()).isEqualTo(1);
    assertThat(status.configAppliedPods()).isEqualTo(2);
    assertThat(status.conditions())
        .allSatisfy(one -> assertThat(one.observedGeneration()).isEqualTo(7));
  }

  /** What is seen, and which conditions differ from those of a cluster with all well. */
  static Stream<Arguments> table() {
    return Stream.of(rollouts(), podFaults(), lostAndLatePods(), objects(), storage(), documents())
        .flatMap(rows -> rows);
  }

  private static Stream<Arguments> rollouts() {
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
            "Progressing=True/PodsStarting"));
  }

  private static Stream<Arguments> podFaults() {
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

  private static Stream<Arguments> lostAndLatePods() {
    return Stream.of(
        row(
            "a pod is lost",
            o -> {
              o.workload = Optional.of(deployment(3, 3, 2, 3));
              o.pods = List.of(pod("main-1", running("2026-03-01T11:00:00Z")));
            },
            "Ready=False/PodNotReady Progressing=True/PodsStarting Degraded=True/PodNotReady"),
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

  private static Stream<Arguments> objects() {
    return Stream.of(
        row(
            "a Secret is missing",
            o -> o.missingSecrets = List.of(new SecretValue("s", "k")),
            "Ready=False/SecretNotFound Progressing=False/SecretNotFound Degraded=True/SecretNotFound"
                + " Stalled=True/SecretNotFound"),
        row(
            "an object is somebody else's",
            o -> o.conflicts = List.of(new ObjectFault("Service", "main", "", true)),
            "Ready=False/NameConflict Progressing=False/NameConflict Degraded=True/NameConflict"
                + " Stalled=True/NameConflict"),
        row(
            "the document's ConfigMap is somebody else's",
            o -> o.lastPass = done(new Outcome.NameConflict("ConfigMap/main-limits")),
            "Ready=False/NameConflict Progressing=False/NameConflict Degraded=True/NameConflict"
                + " Stalled=True/NameConflict ConfigurationInSync=False/NameConflict"),
        row(
            "an object is refused",
            o ->
                o.refusals = List.of(new ObjectFault("Deployment", "main", "exceeded quota", true)),
            "Ready=False/ObjectRefused Progressing=False/ObjectRefused Degraded=True/ObjectRefused"
                + " Stalled=True/ObjectRefused"),
        row(
            "an object is refused for the moment",
            o -> o.refusals = List.of(new ObjectFault("Deployment", "main", "busy", false)),
            "Ready=False/ObjectRefused Degraded=True/ObjectRefused"),
        row(
            "a volume grows",
            o -> o.claim = claim(Optional.empty()),
            "Progressing=True/VolumeGrowing"),
        row(
            "a volume is not allowed to grow",
            o -> o.claim = claim(Optional.of("no expansion")),
            "Progressing=False/VolumeNotGrown Degraded=True/VolumeNotGrown"
                + " Stalled=True/VolumeNotGrown"));
  }

  private static Stream<Arguments> storage() {
    return Stream.of(
        row(
            "storage does not answer",
            o -> o.storage = StorageHealth.away("ClickHouse does not answer"),
            "Ready=False/StorageUnavailable Degraded=True/StorageUnavailable"
                + " StorageAvailable=False/StorageUnavailable"),
        row(
            "the database is another cluster's",
            o -> o.storage = StorageHealth.away("it cannot be used: DATABASE_OWNED"),
            "Ready=False/DatabaseOwned Degraded=True/DatabaseOwned Stalled=True/DatabaseOwned"
                + " Progressing=False/DatabaseOwned StorageAvailable=False/DatabaseOwned"),
        row(
            "nobody has said how storage is",
            o -> o.storage = StorageHealth.unknown(),
            "StorageAvailable=Unknown/StorageUnknown"));
  }

  private static Stream<Arguments> documents() {
    return Stream.of(
        row(
            "variables are ignored",
            o -> o.ignoredVariables = List.of("LUMINATE_SERVER_PORT"),
            "Degraded=False/VariablesIgnored"),
        row(
            "it is paused",
            o -> {
              o.cluster = Observed.cluster("paused: true");
              o.lastPass = done(new Outcome.Paused(false));
            },
            "Paused=True/Paused"),
        row(
            "it is paused with changes",
            o -> {
              o.cluster = Observed.cluster("paused: true");
              o.lastPass = done(new Outcome.Paused(true));
            },
            "Paused=True/Paused ConfigurationInSync=False/Paused"),
        row(
            "a pod is behind",
            o -> o.lastPass = published(report("a", new State.Behind())),
            "ConfigurationInSync=False/PodsBehind"),
        row(
            "a pod refuses",
            o -> o.lastPass = published(report("a", new State.Refused("401"))),
            "ConfigurationInSync=False/PodsRefused Degraded=True/PodsRefused"),
        row(
            "a pod does not answer",
            o ->
                o.lastPass = published(applied("b"), report("a", new State.Unreachable("timeout"))),
            "ConfigurationInSync=Unknown/PodsUnreachable"),
        row(
            "a pod has a version that is too high",
            o -> o.lastPass = published(report("a", new State.VersionTooHigh(1L << 53))),
            "ConfigurationInSync=False/VersionTooHigh Degraded=True/VersionTooHigh"
                + " Stalled=True/VersionTooHigh Progressing=False/VersionTooHigh"),
        row("no pod is ready", o -> o.lastPass = published(), "ConfigurationInSync=Unknown/NoPods"),
        row(
            "another operator was faster",
            o -> o.lastPass = done(new Outcome.Overtaken("ConfigMap/x")),
            "ConfigurationInSync=Unknown/Overtaken"),
        row(
            "the pass failed",
            o -> o.lastPass = new LastPass.Failed("etcd is away"),
            "Ready=Unknown/PassFailed Progressing=Unknown/PassFailed"
                + " ConfigurationInSync=Unknown/PassFailed"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void observation_becomesConditions(String name, Observed seen, String differences) {
    Map<String, String> expected = said(new Observed().status());
    for (String one : differences.split(" ")) {
      expected.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
    }
    assertThat(said(seen.status())).isEqualTo(expected);
  }

  @Test
  void nameConflict_isReadyFalse() {
    Observed seen = new Observed();
    seen.conflicts = List.of(new ObjectFault("Service", "main", "", true));
    assertThat(condition(seen.status().conditions(), "Ready").message()).contains("Service/main");
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
  void observedGeneration_movesOnAPassThatFailed() {
    Observed seen = new Observed();
    seen.cluster.setStatus(seen.status());
    seen.cluster.getMetadata().setGeneration(8L);
    seen.lastPass = new LastPass.Failed("etcd is away");
    seen.workload = Optional.empty();
    LuminateClusterStatus status = seen.status();
    assertThat(status.observedGeneration()).isEqualTo(8);
    assertThat(status.replicas()).as("not known to be none").isEqualTo(3);
    assertThat(status.configVersion()).isEqualTo(1);
    assertThat(status.configAppliedPods()).as("not known").isNull();
    assertThat(said(status).get("Ready")).isEqualTo("Unknown/PassFailed");
  }

  @Test
  void lastTransitionTime_movesWithTheStatusAlone() {
    Observed seen = new Observed();
    seen.cluster.setStatus(seen.status());
    seen.workload = Optional.of(deployment(3, 3, 2, 3));
    List<StatusCondition> next = ClusterStatus.of(seen.observation(), LATER).conditions();
    assertThat(condition(next, "Ready").lastTransitionTime()).isEqualTo(LATER.toString());
    assertThat(condition(next, "Degraded").lastTransitionTime()).isEqualTo(NOW.toString());
  }

  @Test
  void schemaDefault_isNoTransition() {
    Observed seen = new Observed();
    seen.lastPass = new LastPass.Failed("etcd is away");
    seen.cluster.setStatus(
        new LuminateClusterStatus(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(
                new StatusCondition(
                    "Ready",
                    ConditionStatus.UNKNOWN,
                    null,
                    "1970-01-01T00:00:00Z",
                    "Pending",
                    "No operator has looked at this yet."))));
    assertThat(condition(seen.status().conditions(), "Ready").lastTransitionTime())
        .isEqualTo(NOW.toString());
  }

  @Test
  void version_staysWhilePodsAreReplaced() {
    Observed seen = new Observed();
    seen.cluster.setStatus(seen.status());
    var next = deployment(3, 4, 3, 1);
    next.getSpec().getTemplate().getSpec().getContainers().getFirst().setImage("server:0.2.0");
    seen.workload = Optional.of(next);
    assertThat(seen.status().version()).isEqualTo("0.1.0");
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

  @Test
  void version_isOfTheImage() {
    Map.of(
            "server",
            "latest",
            "r:5000/a/server",
            "latest",
            "r:5000/server:1.2",
            "1.2",
            "server@sha256:abc",
            "sha256:abc",
            "server:1.2@sha256:abc",
            "1.2")
        .forEach((image, version) -> assertThat(Rollout.version(image)).isEqualTo(version));
  }

  private static Map<String, String> said(LuminateClusterStatus status) {
    Map<String, String> all = new TreeMap<>();
    status
        .conditions()
        .forEach(one -> all.put(one.type(), Observed.said(status.conditions(), one.type())));
    return all;
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
    return "{conditions: [{type: Ready, status: 'False', lastTransitionTime: '2026-03-01T11:30:00Z'}],"
        + " containerStatuses: [{name: server, state: {running: {startedAt: '"
        + startedAt
        + "'}}}]}";
  }

  private static Optional<VolumeGrowth> claim(Optional<String> refusal) {
    return Optional.of(new VolumeGrowth("200Gi", Optional.of("100Gi"), refusal));
  }

  private static LastPass done(Outcome outcome) {
    return Observed.pass(
        outcome, Observed.document(List.of(), List.of()), applied("main-1"), applied("main-2"));
  }

  private static Arguments row(String name, Consumer<Observed> change, String differences) {
    Observed seen = new Observed();
    change.accept(seen);
    return Arguments.of(name, seen, differences);
  }
}
