// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luminate.crd.ConditionStatus;
import io.luminate.crd.LuminateCluster;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.operator.objects.ObjectLabels;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What people and accidents do to a cluster that is there, and to its operator. */
@OnKubernetes
final class RepairE2E {

  @Test
  void objects_thatAreLostOrEdited_areBack(TestNamespace namespace) throws Exception {
    InstalledOperator.in(namespace);
    Cluster cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.quota("main", 1));
    cluster.apply(Texts.rocksDb("main"));
    cluster.awaitReady(1);
    KubernetesClient client = namespace.client();

    client.services().inNamespace(namespace.name()).withName("main").delete();
    cluster.soon(
        () -> service(namespace) != null, "a Service that was deleted is back", () -> "nothing");

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

    client.configMaps().inNamespace(namespace.name()).withName("main-limits").delete();
    cluster.soon(
        () ->
            client.configMaps().inNamespace(namespace.name()).withName("main-limits").get() != null,
        "a limits document that was deleted is back",
        () -> "nothing");

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
  }

  @Test
  void object_ofSomebodyElse_staysAsItIs(TestNamespace namespace) throws Exception {
    InstalledOperator.in(namespace);
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
  }

  @Test
  void operator_killedInTheMiddle_goesOn(TestNamespace namespace) throws Exception {
    InstalledOperator operator = InstalledOperator.in(namespace);
    Cluster cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.rocksDb("main"));
    cluster.soon(() -> service(namespace) != null, "the first objects are there", () -> "nothing");
    operator.pods().forEach(pod -> namespace.client().resource(pod).withGracePeriod(0).delete());
    operator.awaitAtWork();
    cluster.apply(Texts.quota("main", 1));
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
    cluster.apply(Texts.rocksDb("main"));
    cluster.awaitCondition(
        () -> cluster.resource().getStatus().conditions(),
        "Ready",
        ConditionStatus.FALSE,
        "SecretNotFound");
    Cluster.createSecret(namespace);
    watch(namespace);
    cluster.awaitReady(1);
    assertIdle(namespace, cluster, operator);
    assertPaused(namespace, cluster);
  }

  /** The Secret's label is what makes changes of it count at once. */
  private static void watch(TestNamespace namespace) {
    edit(namespace, meta -> meta.setLabels(Map.of(ObjectLabels.WATCH, ObjectLabels.WATCHED)));
  }

  private static void touch(TestNamespace namespace, int touch) {
    edit(namespace, meta -> meta.setAnnotations(Map.of("example.com/touch", "" + touch)));
  }

  private static void edit(TestNamespace namespace, Consumer<ObjectMeta> change) {
    namespace
        .client()
        .secrets()
        .inNamespace(namespace.name())
        .withName("luminate-secrets")
        .edit(
            secret -> {
              change.accept(secret.getMetadata());
              return secret;
            });
  }

  private static void assertIdle(
      TestNamespace namespace, Cluster cluster, InstalledOperator operator) throws Exception {
    cluster.inTheEnd(
        () -> {
          Map<String, String> before = versions(namespace);
          Thread.sleep(1_000);
          return versions(namespace).equals(before);
        },
        "quiet",
        () -> "changes");
    Map<String, String> before = versions(namespace);
    double passes = passes(operator);
    for (int touch = 0; passes(operator) < passes + 20; touch++) {
      assertThat(touch).as("changes that nobody sees").isLessThan(100);
      touch(namespace, touch);
      Thread.sleep(250);
    }
    assertThat(versions(namespace)).isEqualTo(before);
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

  /** Of everything that the operator writes. */
  private static Map<String, String> versions(TestNamespace namespace) {
    Map<String, String> versions = new TreeMap<>();
    KubernetesClient client = namespace.client();
    for (Class<? extends HasMetadata> type :
        List.of(LuminateCluster.class, ConfigMap.class, Service.class, StatefulSet.class)) {
      client
          .resources(type)
          .inNamespace(namespace.name())
          .list()
          .getItems()
          .forEach(object -> put(versions, object));
    }
    Secret token =
        client.secrets().inNamespace(namespace.name()).withName("main-internal").require();
    put(versions, token);
    return versions;
  }

  private static void put(Map<String, String> versions, HasMetadata object) {
    versions.put(
        object.getKind() + "/" + object.getMetadata().getName(),
        object.getMetadata().getResourceVersion());
  }

  private static double passes(InstalledOperator operator)
      throws IOException, InterruptedException {
    String text = operator.metrics();
    Matcher count =
        Pattern.compile("luminate_operator_reconciliations_seconds_count ([0-9.]+)").matcher(text);
    assertThat(count.find()).as(text).isTrue();
    return Double.parseDouble(count.group(1));
  }
}
