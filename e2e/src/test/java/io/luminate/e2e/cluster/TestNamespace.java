// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NamespaceableResource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A namespace for one test method; what is made in it goes with it. */
public final class TestNamespace implements AutoCloseable {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final KubeCluster cluster;
  private final String name;

  private TestNamespace(KubeCluster cluster, String name) {
    this.cluster = cluster;
    this.name = name;
  }

  static TestNamespace create(KubeCluster cluster) {
    return create(cluster, 1).getFirst();
  }

  /** So many, each for whoever closes it. */
  public static List<TestNamespace> create(KubeCluster cluster, int number) {
    List<TestNamespace> made = Stream.generate(() -> make(cluster)).limit(number).toList();
    made.forEach(TestNamespace::awaitAccount);
    return made;
  }

  private static TestNamespace make(KubeCluster cluster) {
    String name = "test-" + NUMBERS.incrementAndGet();
    cluster
        .client()
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return new TestNamespace(cluster, name);
  }

  /** The controllers make it, and no pod is admitted before. */
  private void awaitAccount() {
    Eventually.holds(
        () -> client().serviceAccounts().inNamespace(name).withName("default").get() != null,
        () -> "no default service account in " + name);
  }

  /** One more, which its test has to close. */
  public TestNamespace another() {
    return create(cluster);
  }

  public String name() {
    return name;
  }

  public KubeCluster cluster() {
    return cluster;
  }

  /** The administrator's. */
  public KubernetesClient client() {
    return cluster.client();
  }

  /** Creates it in this namespace. */
  public <T extends HasMetadata> T create(T object) {
    NamespaceableResource<T> resource = client().resource(object);
    return resource.inNamespace(name).create();
  }

  /** From now on restricted pods alone are admitted. */
  public void restrict() {
    client()
        .namespaces()
        .withName(name)
        .edit(
            live ->
                new NamespaceBuilder(live)
                    .editMetadata()
                    .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                    .endMetadata()
                    .build());
  }

  public List<Event> events() {
    return client().events().v1().events().inNamespace(name).list().getItems();
  }

  public Pod pod(String pod) {
    return client().pods().inNamespace(name).withName(pod).require();
  }

  /** Those with a label {@code app}, in the order of their names. */
  public List<Pod> pods(String app) {
    return client().pods().inNamespace(name).withLabels(Map.of("app", app)).list().getItems();
  }

  /** Waits until that many of them are ready, and no others are there. */
  public List<Pod> awaitReady(String app, int count) {
    Eventually.holds(
        () -> pods(app).size() == count && pods(app).stream().allMatch(TestNamespace::isReady),
        () -> app + ": not " + count + " ready pods but " + describe(pods(app)));
    return pods(app);
  }

  public static boolean isReady(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus().getConditions().stream()
            .anyMatch(one -> one.getType().equals("Ready") && one.getStatus().equals("True"));
  }

  private static String describe(List<Pod> pods) {
    return pods.stream()
        .map(pod -> pod.getMetadata().getName() + " " + pod.getStatus())
        .toList()
        .toString();
  }

  /** Does not wait: the controllers and the kubelet go on with it beside other tests. */
  @Override
  public void close() {
    client().namespaces().withName(name).delete();
  }
}
