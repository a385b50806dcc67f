// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.objects.ClusterObjects;
import io.luminate.operator.objects.ObjectKey;
import io.luminate.operator.objects.OptionalKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written to a real API server, and what never is. */
final class ApplierTest {
  private static final String RESTARTED = "kubectl.kubernetes.io/restartedAt";

  private TestNamespace place;

  @BeforeEach
  void start() {
    place = new TestNamespace();
  }

  private LuminateCluster rocksDb(String... more) {
    return place.cluster(TestNamespace.ROCKSDB, TestNamespace.OPEN, String.join("\n", more));
  }

  private LuminateCluster clickHouse(String... more) {
    return place.cluster(TestNamespace.CLICKHOUSE, TestNamespace.OPEN, String.join("\n", more));
  }

  private ConfigMap foreignConfigMap() {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(place.namespace)
        .withName("main")
        .addToLabels("luminate.io/watch", "true")
        .addNewOwnerReference()
        .withApiVersion("luminate.io/v1alpha1")
        .withKind("LuminateCluster")
        .withName("main")
        .withUid("uid-of-an-earlier-cluster")
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .addToData("theirs", "stays")
        .build();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        TestNamespace.ROCKSDB,
        TestNamespace.CLICKHOUSE,
        TestNamespace.CLICKHOUSE + "\nautoscaling: {minReplicas: 2, maxReplicas: 9}"
      })
  void idlePasses_sendNothing(String spec) {
    LuminateCluster cluster = place.cluster(spec, TestNamespace.OPEN);
    AppliedObjects first = place.pass(cluster);
    assertThat(first.refusals()).isEmpty();
    assertThat(first.conflicts()).isEmpty();
    assertThat(first.isChanged()).isTrue();
    assertThat(first.workload()).isPresent();
    // Of what lives an autoscaler's cluster hands its number of pods over.
    place.pass(cluster);
    Map<ObjectKey, String> versions = place.versions();
    assertThat(versions).hasSizeGreaterThan(5);
    RealApi.shared().takeRequests();
    for (int pass = 0; pass < 5; pass++) {
      assertThat(place.pass(cluster).isChanged()).isFalse();
    }
    assertThat(RealApi.shared().takeRequests()).isEmpty();
    assertThat(place.versions()).isEqualTo(versions);
  }

  @Test
  void anApplierThatRemembersNothing_movesNoVersion() {
    LuminateCluster cluster = rocksDb();
    place.pass(cluster);
    Map<ObjectKey, String> versions = place.versions();
    Applier another = new Applier(RealApi.shared().operator(), place, place.clock);
    assertThat(another.apply(cluster, place.objects(cluster)).isChanged()).isFalse();
    assertThat(place.versions()).isEqualTo(versions);
  }

  @Test
  void cacheThatIsBehind_makesNothingTwice() {
    LuminateCluster cluster = rocksDb();
    place.stalePass(cluster);
    Map<ObjectKey, String> versions = place.versions();
    assertThat(place.stalePass(cluster).isChanged()).isFalse();
    assertThat(place.versions()).isEqualTo(versions);
  }

  @Test
  void driftByHand_isRepairedAtOnce() {
    LuminateCluster cluster = rocksDb();
    place.pass(cluster);
    place.edit(
        Service.class,
        live ->
            new ServiceBuilder(live).editSpec().withSelector(Map.of("a", "b")).endSpec().build());
    assertThat(place.pass(cluster).isChanged()).isTrue();
    assertThat(place.get(Service.class).getSpec().getSelector())
        .containsEntry("app.kubernetes.io/instance", "main");
  }

  @Test
  void objectThatSomebodyDeleted_isMadeAgain() {
    LuminateCluster cluster = rocksDb();
    place.pass(cluster);
    place.person.resource(place.get(ConfigMap.class)).delete();
    assertThat(place.pass(cluster).isChanged()).isTrue();
    assertThat(place.get(ConfigMap.class)).isNotNull();
  }

  @Test
  void ourLabelTakenAway_comesBack() {
    LuminateCluster cluster = rocksDb();
    place.pass(cluster);
    place.edit(
        ConfigMap.class,
        live ->
            new ConfigMapBuilder(live).editMetadata().withLabels(Map.of()).endMetadata().build());
    place.pass(cluster);
    assertThat(place.get(ConfigMap.class).getMetadata().getLabels())
        .containsEntry("luminate.io/watch", "true");
  }

  @Test
  void somebodyElsesObject_isReportedAndNeverTouched() {
    ConfigMap theirs = place.person.resource(foreignConfigMap()).create();
    AppliedObjects applied = place.pass(rocksDb());
    assertThat(applied.conflicts()).containsExactly(new ObjectKey("v1", "ConfigMap", "main"));
    assertThat(place.get(ConfigMap.class)).isEqualTo(theirs);
    // Pods would start with a configuration that is not the resource's.
    assertThat(place.get(StatefulSet.class)).isNull();
    assertThat(applied.workload()).isEmpty();
  }

  @Test
  void objectThatBecameSomebodyElses_isNotWrittenFromAnOldView() {
    LuminateCluster cluster = rocksDb();
    place.pass(cluster);
    place.sync();
    place.person.resource(place.get(ConfigMap.class)).delete();
    ConfigMap theirs = place.person.resource(foreignConfigMap()).create();
    assertThat(place.apply(cluster, withOtherConfig(place.objects(cluster))).conflicts())
        .containsExactly(new ObjectKey("v1", "ConfigMap", "main"));
    assertThat(place.get(ConfigMap.class)).isEqualTo(theirs);
  }

  private static ClusterObjects withOtherConfig(ClusterObjects objects) {
    return with(
        objects,
        object ->
            object instanceof ConfigMap config
                ? new ConfigMapBuilder(config).addToData("more", "data").build()
                : object);
  }

  private static ClusterObjects with(ClusterObjects objects, UnaryOperator<HasMetadata> change) {
    return new ClusterObjects(
        objects.objects().stream().map(change).toList(),
        objects.absent(),
        objects.claim(),
        objects.missingSecrets(),
        objects.ignoredVariables());
  }

  @Test
  void make_whereSomethingCameMeanwhile_isRefused() {
    ConfigMap theirs = place.person.resource(foreignConfigMap()).create();
    ConfigMap ours = new ConfigMapBuilder(foreignConfigMap()).withData(Map.of("a", "b")).build();
    Requests requests = new Requests(RealApi.shared().operator());
    assertThatThrownBy(() -> requests.make(ours))
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            answer -> assertThat(Requests.isOvertaken(answer)).as(answer.toString()).isTrue());
    assertThat(place.get(ConfigMap.class)).isEqualTo(theirs);
  }

  @Test
  void change_whereItIsAnotherOrGone_isRefused() {
    Requests requests = new Requests(RealApi.shared().operator());
    ConfigMap old = place.person.resource(foreignConfigMap()).create();
    place.person.resource(old).delete();
    ConfigMap ours = new ConfigMapBuilder(foreignConfigMap()).withData(Map.of("a", "b")).build();
    assertThatThrownBy(() -> requests.change(ours, old))
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            answer -> assertThat(Requests.isOvertaken(answer)).as(answer.toString()).isTrue());
    assertThat(place.get(ConfigMap.class)).isNull();
    ConfigMap another = place.person.resource(foreignConfigMap()).create();
    assertThatThrownBy(() -> requests.change(ours, old))
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            answer -> assertThat(Requests.isOvertaken(answer)).as(answer.toString()).isTrue());
    assertThat(place.get(ConfigMap.class)).isEqualTo(another);
  }

  @Test
  void whatOthersAdded_stays() {
    place.pass(clickHouse());
    place.edit(
        Deployment.class,
        live ->
            new DeploymentBuilder(live)
                .editMetadata()
                .addToAnnotations("team", "observability")
                .addToLabels("cost", "low")
                .endMetadata()
                .editSpec()
                .withRevisionHistoryLimit(3)
                .editTemplate()
                .editMetadata()
                .addToAnnotations(RESTARTED, "2026-03-11T12:00:00Z")
                .endMetadata()
                .endTemplate()
                .endSpec()
                .build());
    place.pass(clickHouse("pod: {nodeSelector: {disk: fast}}"));
    Deployment live = place.get(Deployment.class);
    assertThat(live.getSpec().getTemplate().getSpec().getNodeSelector())
        .containsEntry("disk", "fast");
    assertThat(live.getMetadata().getAnnotations()).containsEntry("team", "observability");
    assertThat(live.getMetadata().getLabels()).containsEntry("cost", "low");
    assertThat(live.getSpec().getRevisionHistoryLimit()).isEqualTo(3);
    assertThat(live.getSpec().getTemplate().getMetadata().getAnnotations())
        .as("kubectl rollout restart")
        .containsEntry(RESTARTED, "2026-03-11T12:00:00Z");
  }

  @Test
  void whatWeNoLongerSay_goes() {
    place.pass(clickHouse("pod: {nodeSelector: {disk: fast}}"));
    place.pass(clickHouse());
    assertThat(place.get(Deployment.class).getSpec().getTemplate().getSpec().getNodeSelector())
        .isNullOrEmpty();
  }

  @Test
  void absent_ours_isDeleted() {
    place.pass(rocksDb());
    assertThat(place.get(NetworkPolicy.class)).isNotNull();
    LuminateCluster without = rocksDb("networkPolicy: {enabled: false}");
    assertThat(place.pass(without).isChanged()).isTrue();
    assertThat(place.get(NetworkPolicy.class)).isNull();
    assertThat(place.pass(without).isChanged()).isFalse();
  }

  @Test
  void absent_thatChangedSinceItWasSeen_isNotDeletedBlindly() {
    place.pass(rocksDb());
    place.sync();
    place.edit(
        NetworkPolicy.class,
        live -> {
          live.getMetadata().setOwnerReferences(List.of());
          return live;
        });
    AppliedObjects applied = place.stalePass(rocksDb("networkPolicy: {enabled: false}"));
    assertThat(applied.refusals()).isEmpty();
    assertThat(place.get(NetworkPolicy.class)).isNotNull();
    place.pass(rocksDb("networkPolicy: {enabled: false}"));
    assertThat(place.get(NetworkPolicy.class)).as("it is not ours any more").isNotNull();
  }

  @Test
  void absent_workload_isNeverDeleted() {
    LuminateCluster cluster = rocksDb();
    ClusterObjects mistaken =
        new ClusterObjects(
            List.of(),
            List.of(new ObjectKey("apps/v1", "StatefulSet", "main")),
            Optional.empty(),
            List.of(),
            List.of());
    assertThatThrownBy(() -> place.apply(cluster, mistaken))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void paused_writesNothing_andSaysWhatIsLive() {
    place.pass(rocksDb());
    place.person.resource(place.get(ConfigMap.class)).delete();
    Map<ObjectKey, String> versions = place.versions();
    RealApi.shared().takeRequests();
    AppliedObjects applied = place.pass(rocksDb("paused: true", "networkPolicy: {enabled: false}"));
    assertThat(RealApi.shared().takeRequests()).isEmpty();
    assertThat(place.versions()).isEqualTo(versions);
    assertThat(applied.isChanged()).isFalse();
    assertThat(applied.workload()).containsInstanceOf(LiveWorkload.OfStatefulSet.class);
  }

  @Test
  void missingSecret_leavesPodsAsTheyAre() {
    place.pass(rocksDb());
    String version = place.get(StatefulSet.class).getMetadata().getResourceVersion();
    LuminateCluster without =
        place.cluster(TestNamespace.ROCKSDB, "auth: {hmacSecretRef: {name: missing, key: secret}}");
    AppliedObjects applied = place.pass(without);
    assertThat(applied.workload()).isPresent();
    assertThat(place.get(StatefulSet.class).getMetadata().getResourceVersion()).isEqualTo(version);
  }

  @Test
  void immutableField_isARefusal_notADeletion_andNotAskedHot() {
    place.pass(rocksDb());
    StatefulSet before = place.get(StatefulSet.class);
    ClusterObjects impossible = withOtherServiceName(place.objects(rocksDb()));
    place.sync();
    AppliedObjects applied = place.apply(rocksDb(), impossible);
    assertThat(applied.refusals())
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.object())
                  .isEqualTo(new ObjectKey("apps/v1", "StatefulSet", "main"));
              assertThat(refusal.status()).isEqualTo(422);
              assertThat(refusal.message()).contains("spec: Forbidden").hasSizeLessThan(502);
            });
    assertThat(applied.workload()).as("as it lives").isPresent();
    assertThat(place.get(StatefulSet.class)).isEqualTo(before);
    RealApi.shared().takeRequests();
    assertThat(place.apply(rocksDb(), impossible).refusals()).isEqualTo(applied.refusals());
    assertThat(RealApi.shared().takeRequests()).isEmpty();
    place.clock.pass(Duration.ofMinutes(1));
    assertThat(place.apply(rocksDb(), impossible).refusals()).isEqualTo(applied.refusals());
    assertThat(RealApi.shared().takeRequests()).hasSize(1);
    assertThat(place.pass(rocksDb()).refusals()).as("put right").isEmpty();
  }

  private static ClusterObjects withOtherServiceName(ClusterObjects objects) {
    return with(
        objects,
        object ->
            object instanceof StatefulSet set
                ? new StatefulSetBuilder(set)
                    .editSpec()
                    .withServiceName("another")
                    .endSpec()
                    .build()
                : object);
  }

  @Test
  void refusedObject_stopsTheWorkload_andNothingElse() {
    LuminateCluster cluster =
        clickHouse("service: {type: LoadBalancer, annotations: {'not a name!': x}}");
    AppliedObjects applied = place.pass(cluster);
    assertThat(applied.refusals())
        .extracting(refusal -> refusal.object().kind())
        .containsExactly("Service");
    assertThat(place.get(Deployment.class)).isNull();
    assertThat(place.get(ServiceAccount.class)).isNotNull();
    assertThat(place.get(NetworkPolicy.class)).isNotNull();
  }

  @Test
  void optionalKindThatWent_isNoError() {
    LuminateCluster cluster = rocksDb();
    place.sync();
    assertNotMissed(cluster, OptionalKind.PROMETHEUS_RULE);
    assertNotMissed(cluster, OptionalKind.PROMETHEUS_RULE);
  }

  private void assertNotMissed(LuminateCluster cluster, OptionalKind kind) {
    AppliedObjects applied = place.apply(cluster, place.objects(cluster, kind));
    assertThat(applied.refusals()).isEmpty();
    assertThat(applied.workload()).isPresent();
  }
}
