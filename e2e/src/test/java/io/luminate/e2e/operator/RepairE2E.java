// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luminate.crd.ConditionStatus;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.net.URI;
import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What people and accidents do to a cluster that is there, and to its operator. */
@OnKubernetes
@Order(OnKubernetes.LONG)
final class RepairE2E {
  /** Kinds that a cluster has or not, as its spec says. */
  private static final Set<String> OPTIONAL =
      Set.of("HorizontalPodAutoscaler", "PodDisruptionBudget", "NetworkPolicy", "ServiceAccount");

  @Test
  void objects_thatAreLostOrEdited_areBack(@LookedAfter TestNamespace namespace) throws Exception {
    Cluster cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.quota("main", 1));
    cluster.apply(Texts.rocksDb("main"));
    cluster.awaitReady(1);
    KubernetesClient client = namespace.client();

    OwnedObjects.loseAll(
        namespace, cluster, "Service", "ServiceAccount", "NetworkPolicy", "CronJob", "ConfigMap");
    OwnedObjects.loseAll(namespace, cluster, "Secret");

    StatefulSet set = set(namespace);
    set.getSpec().getTemplate().getSpec().getContainers().getFirst().setImage("else:1");
    set.getMetadata().getAnnotations().put("example.com/owner", "somebody");
    client.resource(set).update();
    cluster.soon(
        () ->
            !set(namespace)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getImage()
                .equals("else:1"),
        "an edited template is put right",
        () -> set(namespace).getSpec().toString());
    assertThat(set(namespace).getMetadata().getAnnotations())
        .containsEntry("example.com/owner", "somebody");

    Pod pod = cluster.pods().getFirst();
    client.resource(pod).withGracePeriod(0).delete();
    cluster.awaitReady(1);
    cluster.awaitCondition(
        () -> cluster.quota("acme").getStatus().conditions(),
        "Applied",
        ConditionStatus.TRUE,
        "Applied");
    assertThat(Cluster.pod(cluster.pods().getFirst(), "acme").count("any", 2).statusCode())
        .isEqualTo(400);
    assertKilledServerIsBack(namespace, cluster);
  }

  /** In the same pod, with what it acknowledged and the limits it had. */
  private static void assertKilledServerIsBack(TestNamespace namespace, Cluster cluster)
      throws Exception {
    Pod pod = cluster.pods().getFirst();
    MetricsClient server = Cluster.pod(pod, "acme");
    server.write("any", 1);
    // The one before had the data until it was gone.
    int before = restarts(cluster);
    assertThat(namespace.cluster().kubelet().process(pod, "server").orElseThrow().destroyForcibly())
        .isTrue();
    cluster.inTheEnd(
        () -> restarts(cluster) > before,
        "a server that was killed is started again",
        () -> cluster.pods().toString());
    cluster.awaitReady(1);
    assertThat(cluster.pods().getFirst().getMetadata().getUid())
        .isEqualTo(pod.getMetadata().getUid());
    assertThat(server.count("any", 2).statusCode()).isEqualTo(400);
    assertThat(MetricsClient.expect200(server.count("any", 1))).contains("\"value\":1");
    cluster.awaitCondition(
        () -> cluster.quota("acme").getStatus().conditions(),
        "Applied",
        ConditionStatus.TRUE,
        "Applied");
  }

  private static int restarts(Cluster cluster) {
    return cluster
        .pods()
        .getFirst()
        .getStatus()
        .getContainerStatuses()
        .getFirst()
        .getRestartCount();
  }

  @Test
  void object_ofSomebodyElse_staysAsItIs(@LookedAfter TestNamespace namespace) throws Exception {
    Cluster cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    ConfigMap foreign =
        namespace.create(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("main")
                .endMetadata()
                .addToData("mine", "yes")
                .build());
    cluster.apply(Texts.rocksDb("main"));
    cluster.awaitCondition(
        () -> cluster.resource().getStatus().conditions(),
        "Ready",
        ConditionStatus.FALSE,
        "NameConflict");
    assertThat(
            namespace
                .client()
                .resource(foreign)
                .inNamespace(namespace.name())
                .require()
                .getMetadata()
                .getResourceVersion())
        .isEqualTo(foreign.getMetadata().getResourceVersion());
    namespace.client().resource(foreign).delete();
    cluster.inTheEnd(
        () ->
            !Cluster.reason(cluster.resource().getStatus().conditions(), "Ready")
                .equals("NameConflict"),
        "it goes on without the other object",
        () -> cluster.resource().getStatus().toString());
    cluster.awaitReady(1);
  }

  /** Of its Secrets there are none, so it has no pods. */
  @Test
  void objects_thatAreNotWantedAnyMore_go(@LookedAfter TestNamespace namespace) {
    Cluster cluster = new Cluster(namespace, "metrics");
    URI nowhere = URI.create("http://clickhouse.example:8123");
    cluster.apply(
        Texts.clickHouse(
            "metrics", nowhere, "none", "autoscaling: {minReplicas: 2, maxReplicas: 3}"));
    cluster.soon(
        () -> OwnedObjects.kinds(namespace).containsAll(OPTIONAL),
        "all of them are there",
        () -> OwnedObjects.kinds(namespace).toString());
    cluster.apply(
        Texts.clickHouse(
            "metrics",
            nowhere,
            "none",
            "replicas: 1",
            "networkPolicy: {enabled: false}",
            "pod: {serviceAccountName: default}"));
    cluster.soon(
        () -> Collections.disjoint(OwnedObjects.kinds(namespace), OPTIONAL),
        "none of them is there",
        () -> OwnedObjects.kinds(namespace).toString());
    assertThat(OwnedObjects.kinds(namespace)).contains("Service", "ConfigMap");
  }

  @Test
  void operator_killedInTheMiddle_goesOn(TestNamespace namespace) throws Exception {
    InstalledOperator operator = InstalledOperator.in(namespace);
    Cluster.createSecret(namespace);
    String name = FirstObjectKill.halfMade(namespace, operator);
    assertThat(operator.restarts()).isPositive();
    Cluster cluster = new Cluster(namespace, name);
    cluster.apply(Texts.quota(name, 1));
    cluster.awaitReady(1);
    cluster.awaitCondition(
        () -> cluster.quota("acme").getStatus().conditions(),
        "Applied",
        ConditionStatus.TRUE,
        "Applied");
  }

  @Test
  void secretComesLate_thenNothingIsWritten_exceptWhatIsAskedFor(TestNamespace namespace)
      throws Exception {
    InstalledOperator operator = InstalledOperator.in(namespace);
    Cluster cluster = new Cluster(namespace, "main");
    cluster.apply(Texts.quota("main", 1));
    cluster.apply(Texts.policy("debug", "main", "debug_*", "7d"));
    cluster.apply(Texts.rocksDb("main"));
    cluster.awaitCondition(
        () -> cluster.resource().getStatus().conditions(),
        "Ready",
        ConditionStatus.FALSE,
        "SecretNotFound");
    Cluster.createSecret(namespace);
    IdlePasses.watchSecret(namespace);
    cluster.awaitReady(1);
    cluster.awaitApplied("acme");
    cluster.awaitAppliedPolicy("debug");
    IdlePasses.assertNothingIsWritten(namespace, "main", operator);
    assertPaused(namespace, cluster);
  }

  private static void assertPaused(TestNamespace namespace, Cluster cluster) throws Exception {
    cluster.apply(Texts.rocksDb("main", "paused: true"));
    cluster.awaitCondition(
        () -> cluster.resource().getStatus().conditions(),
        "Paused",
        ConditionStatus.TRUE,
        "Paused");
    cluster.apply(
        Texts.rocksDb("main", "paused: true", "service: {annotations: {example.com/a: b}}"));
    cluster.soon(
        () ->
            cluster.resource().getStatus().observedGeneration()
                == (long) cluster.resource().getMetadata().getGeneration(),
        "a change is seen",
        () -> "an old generation");
    assertThat(service(namespace).getMetadata().getAnnotations())
        .doesNotContainKey("example.com/a");
    cluster.apply(
        Texts.rocksDb("main", "paused: false", "service: {annotations: {example.com/a: b}}"));
    cluster.soon(
        () -> "b".equals(service(namespace).getMetadata().getAnnotations().get("example.com/a")),
        "the change counts once it goes on",
        () -> service(namespace).getMetadata().toString());
  }

  private static Service service(TestNamespace namespace) {
    return namespace.client().services().inNamespace(namespace.name()).withName("main").get();
  }

  private static StatefulSet set(TestNamespace namespace) {
    return namespace
        .client()
        .apps()
        .statefulSets()
        .inNamespace(namespace.name())
        .withName("main")
        .require();
  }
}
