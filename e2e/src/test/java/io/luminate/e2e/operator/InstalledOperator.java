// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.luminate.e2e.cluster.Eventually;
import io.luminate.e2e.cluster.TestImages;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.operator.config.OperatorKey;
import io.luminate.operator.objects.OperatorPods;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The operator as it is installed, in a pod, with the rights of its own account. */
final class InstalledOperator {
  private static final Path ROOT = Path.of("..");
  private static final String COMMITTED_NAMESPACE = "luminate-system";

  /** Objects that are no namespace's, and so the same for all operators beside each other. */
  private static final Pattern OF_ALL_NAMESPACES =
      Pattern.compile("(?m)^kind: \"(CustomResourceDefinition|ClusterRole)\"$");

  private static final String LEADING = "luminate_operator_leading";

  private static boolean isDefined;

  private final TestNamespace cluster;
  private final String namespace;

  private InstalledOperator(TestNamespace cluster, String namespace) {
    this.cluster = cluster;
    this.namespace = namespace;
  }

  /**
   * The operators of all namespaces, when no test needs them any more: an outage, say, is work for
   * each of them.
   */
  static void removeAll(TestNamespace any) {
    any
        .client()
        .apps()
        .deployments()
        .inAnyNamespace()
        .withLabels(OperatorPods.LABELS)
        .list()
        .getItems()
        .stream()
        .map(deployment -> deployment.getMetadata().getNamespace())
        .forEach(namespace -> new InstalledOperator(any, namespace).remove());
  }

  /** For all namespaces, in that of the committed file. */
  static InstalledOperator everywhere(TestNamespace any) throws IOException, InterruptedException {
    new Kubectl(any.cluster()).run("apply", "-f", ROOT.resolve("operator/install.yaml").toString());
    InstalledOperator operator = new InstalledOperator(any, COMMITTED_NAMESPACE);
    operator.awaitAtWork();
    return operator;
  }

  /** For a test's namespace, in which it is too: so many of them are beside each other. */
  static InstalledOperator in(TestNamespace namespace) throws IOException, InterruptedException {
    return in(namespace, TestImages.OPERATOR);
  }

  static InstalledOperator in(TestNamespace namespace, String image)
      throws IOException, InterruptedException {
    return in(namespace, image, List.of());
  }

  /** For a test's namespace and others, with the rights that are committed for each. */
  static InstalledOperator in(TestNamespace namespace, List<String> others)
      throws IOException, InterruptedException {
    String grants =
        Files.readString(ROOT.resolve("operator/watched-namespace.yaml"))
            .replace(COMMITTED_NAMESPACE, namespace.name());
    for (String other : others) {
      namespace.client().resourceList(grants).inNamespace(other).serverSideApply();
    }
    return in(namespace, TestImages.OPERATOR, others);
  }

  private static InstalledOperator in(TestNamespace namespace, String image, List<String> others)
      throws IOException, InterruptedException {
    Map<Boolean, List<String>> objects =
        Stream.of(
                Files.readString(ROOT.resolve("operator/install-one-namespace.yaml"))
                    .split("(?m)^---$"))
            .collect(Collectors.partitioningBy(OF_ALL_NAMESPACES.asPredicate()));
    define(namespace, String.join("---", objects.get(true)));
    String own =
        String.join("---", objects.get(false))
            .replace(COMMITTED_NAMESPACE, namespace.name())
            .replace(TestImages.OPERATOR, image)
            .replace(
                "value: \"" + namespace.name() + "\"",
                "value: \"" + String.join(",", listed(namespace, others)) + "\"");
    new Kubectl(namespace.cluster()).apply(namespace.name(), own);
    InstalledOperator operator = new InstalledOperator(namespace, namespace.name());
    operator.awaitAtWork();
    return operator;
  }

  private static List<String> listed(TestNamespace namespace, List<String> others) {
    return Stream.concat(Stream.of(namespace.name()), others.stream()).toList();
  }

  /** Once: of all that is applied it takes the longest. */
  private static synchronized void define(TestNamespace namespace, String yaml)
      throws IOException, InterruptedException {
    if (!isDefined) {
      new Kubectl(namespace.cluster()).apply(namespace.name(), yaml);
      isDefined = true;
    }
  }

  /**
   * Waits until one leads and has seen everything. It has the lease a moment before it leads, and
   * is ready then, as one that waits for its turn.
   */
  void awaitAtWork() {
    Eventually.holds(
        () -> leading().isPresent() && leads(leading().get()) && ready().statusCode() == 200,
        () -> "no operator leads: " + pods());
  }

  private static boolean leads(Pod pod) throws IOException, InterruptedException {
    return value(metrics(pod), LEADING) == 1;
  }

  /** The pod that has the lease, unless that has gone. */
  Optional<Pod> leading() {
    String leader = leader();
    return pods().stream().filter(pod -> pod.getMetadata().getName().equals(leader)).findFirst();
  }

  /** What the leader says of itself. */
  String metrics() throws IOException, InterruptedException {
    return metrics(leading().orElseThrow());
  }

  /** Passes of the leader over clusters. */
  double passes() throws IOException, InterruptedException {
    return value(metrics(), "luminate_operator_reconciliations_seconds_count");
  }

  /** How many say that they lead, of those that answer. */
  long leaders() throws IOException, InterruptedException {
    long leaders = 0;
    for (Pod pod : pods().stream().filter(TestNamespace::isReady).toList()) {
      leaders += answersThatItLeads(pod) ? 1 : 0;
    }
    return leaders;
  }

  /** Of one that has just ended Kubernetes may say for a moment that it is ready. */
  private static boolean answersThatItLeads(Pod pod) throws IOException, InterruptedException {
    try {
      return leads(pod);
    } catch (ConnectException gone) {
      return false;
    }
  }

  private static String metrics(Pod pod) throws IOException, InterruptedException {
    return get(pod, "/metrics").body();
  }

  private static double value(String metrics, String name) {
    Matcher value = Pattern.compile("(?m)^" + name + " ([0-9.]+)").matcher(metrics);
    assertThat(value.find()).as(metrics).isTrue();
    return Double.parseDouble(value.group(1));
  }

  /** What the leader waits for; 200 if for nothing. */
  HttpResponse<String> ready() throws IOException, InterruptedException {
    return get(leading().orElseThrow(), "/ready");
  }

  /** So many replicas; waits until they are ready, and no others are there. */
  void scale(int replicas) {
    cluster
        .client()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("luminate-operator")
        .scale(replicas);
    awaitReplicas(replicas);
  }

  /** As a newer version of it would: another image for the servers of clusters that name none. */
  void upgradeServers(String image) throws IOException, InterruptedException {
    List<String> old = pods().stream().map(pod -> pod.getMetadata().getUid()).toList();
    new Kubectl(cluster.cluster())
        .run(
            "set",
            "env",
            "-n",
            namespace,
            "deployment/luminate-operator",
            OperatorKey.SERVER_IMAGE.variable() + "=" + image);
    Eventually.holds(
        () -> pods().stream().noneMatch(pod -> old.contains(pod.getMetadata().getUid())),
        () -> "an operator of before: " + pods());
    awaitAtWork();
  }

  void awaitReplicas(int replicas) {
    Eventually.holds(
        () ->
            pods().size() == replicas
                && pods().stream().filter(TestNamespace::isReady).count() == replicas,
        () -> "not " + replicas + " operators: " + pods());
    if (replicas > 0) {
      awaitAtWork();
    }
  }

  /** Its process, to be ended or stopped without a word to it. */
  ProcessHandle process(Pod pod) {
    return cluster.cluster().kubelet().process(pod, "operator").orElseThrow();
  }

  /** SIGKILL, and no container comes in its place: as a node that is lost. */
  void kill(Pod pod) {
    assertThat(process(pod).destroyForcibly()).isTrue();
    cluster.client().resource(pod).withGracePeriod(0).delete();
  }

  /** How often containers of its pods were started again. */
  int restarts() {
    return pods().stream()
        .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
        .mapToInt(ContainerStatus::getRestartCount)
        .sum();
  }

  private static HttpResponse<String> get(Pod pod, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://" + pod.getStatus().getPodIP() + ":8081" + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }

  /** Empty while nobody leads. */
  String leader() {
    String holder = lease().getSpec().getHolderIdentity();
    return holder == null ? "" : holder;
  }

  private Lease lease() {
    return cluster.client().leases().inNamespace(namespace).withName("luminate-operator").require();
  }

  List<Pod> pods() {
    return cluster
        .client()
        .pods()
        .inNamespace(namespace)
        .withLabels(OperatorPods.LABELS)
        .list()
        .getItems();
  }

  /** The most memory that its process had at any time. */
  long residentMaxBytes() throws IOException {
    ProcessHandle process =
        cluster.cluster().kubelet().process(leading().orElseThrow(), "operator").orElseThrow();
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }

  /** Takes away what would act on other tests. */
  void remove() {
    cluster
        .client()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("luminate-operator")
        .delete();
    Eventually.holds(() -> pods().isEmpty(), () -> "the operator does not end: " + pods());
  }
}
