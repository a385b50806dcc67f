// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static io.luminate.operator.status.Observed.LATER;
import static io.luminate.operator.status.Observed.NOW;
import static io.luminate.operator.status.Observed.applied;
import static io.luminate.operator.status.Observed.condition;
import static io.luminate.operator.status.Observed.deployment;
import static io.luminate.operator.status.Observed.published;
import static io.luminate.operator.status.Observed.report;
import static io.luminate.operator.status.StatusRow.row;
import static io.luminate.operator.status.StatusRow.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.crd.ConditionStatus;
import io.luminate.crd.LuminateClusterStatus;
import io.luminate.crd.StatusCondition;
import io.luminate.operator.objects.SecretValue;
import io.luminate.operator.publishing.Outcome;
import io.luminate.operator.publishing.PodReport.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterStatusTest {
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

  /** What else than its pods there is to a cluster. */
  static Stream<StatusRow> table() {
    return Stream.of(objects(), storage(), documents()).flatMap(rows -> rows);
  }

  private static Stream<StatusRow> objects() {
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

  private static Stream<StatusRow> storage() {
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

  private static Stream<StatusRow> documents() {
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
  void observation_becomesConditions(StatusRow row) {
    row.check();
  }

  @Test
  void nameConflict_isReadyFalse() {
    Observed seen = new Observed();
    seen.conflicts = List.of(new ObjectFault("Service", "main", "", true));
    assertThat(condition(seen.status().conditions(), "Ready").message()).contains("Service/main");
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

  private static Optional<VolumeGrowth> claim(Optional<String> refusal) {
    return Optional.of(new VolumeGrowth("200Gi", Optional.of("100Gi"), refusal));
  }

  private static LastPass done(Outcome outcome) {
    return Observed.pass(
        outcome, Observed.document(List.of(), List.of()), applied("main-1"), applied("main-2"));
  }
}
