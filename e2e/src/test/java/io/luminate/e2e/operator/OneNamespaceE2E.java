// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.e2e.operator.OperatorRights.Ask;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * An operator for the namespace that it is in, which admits restricted pods alone: what it may do,
 * what holds others off its pods, and that it ends with the namespace, which is the last test.
 */
@OnKubernetes
@Order(OnKubernetes.LONGEST)
@Execution(ExecutionMode.SAME_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class OneNamespaceE2E {

  /** What belongs to no namespace. */
  private static final List<Ask> OF_ALL =
      List.of(
          new Ask("", "namespaces", "list"),
          new Ask("", "nodes", "list"),
          new Ask("", "persistentvolumes", "list"),
          new Ask("storage.k8s.io", "storageclasses", "get"),
          new Ask("apiextensions.k8s.io", "customresourcedefinitions", "get"),
          new Ask("rbac.authorization.k8s.io", "clusterroles", "get"));

  private InstalledOperator operator;
  private Cluster cluster;

  @BeforeAll
  void install(TestNamespace namespace) throws Exception {
    namespace.restrict();
    operator = InstalledOperator.in(namespace);
    cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.quota("main", 1));
    cluster.apply(Texts.policy("debug", "main", "debug_*", "7d"));
    cluster.apply(Texts.rocksDb("main"));
    cluster.awaitReady(1);
  }

  @Test
  void otherNamespaces_areNeitherSeenNorAllowed(TestNamespace namespace) throws Exception {
    try (TestNamespace other = namespace.another()) {
      Cluster unseen = new Cluster(other, "main");
      unseen.apply(Texts.rocksDb("main"));
      cluster.apply(Texts.quota("main", 2));
      cluster.awaitApplied("acme");

      assertThat(Cluster.reason(unseen.resource().getStatus().conditions(), "Ready"))
          .isEqualTo("Pending");
      assertThat(namespace.client().services().inNamespace(other.name()).list().getItems())
          .isEmpty();
      assertAllowedOnlyIn(namespace, other.name());
    }
  }

  private static void assertAllowedOnlyIn(TestNamespace namespace, String other) {
    OperatorRights rights = new OperatorRights(namespace);
    List<Ask> asks = rights.granted(namespace.name());
    assertThat(asks).hasSizeGreaterThan(50);
    for (Ask ask : asks) {
      assertThat(rights.may(ask, namespace.name())).as("%s here", ask).isTrue();
      assertThat(rights.may(ask, other)).as("%s elsewhere", ask).isFalse();
      assertThat(rights.may(ask, "")).as("%s everywhere", ask).isFalse();
    }
    for (Ask ask : OF_ALL) {
      assertThat(rights.may(ask, "")).as("%s", ask).isFalse();
    }
  }

  @Test
  void restrictedNamespace_admitsEveryPod_andTheInternalPortTheRightOnes(TestNamespace namespace)
      throws Exception {
    cluster.cleanUp("now");
    Pod server = cluster.pods().getFirst();
    assertThat(Stream.of(server, job(namespace)))
        .allSatisfy(pod -> assertThat(tokens(pod)).as("Kubernetes' tokens").isEmpty());
    NetworkPolicy policy =
        namespace
            .client()
            .network()
            .networkPolicies()
            .inNamespace(namespace.name())
            .withName("main")
            .require();
    assertThat(matches(policy.getSpec().getPodSelector(), server)).isTrue();
    assertThat(matches(policy.getSpec().getPodSelector(), job(namespace))).isFalse();
    assertThat(peers(policy, 8080)).as("anybody").isEmpty();
    assertThat(peers(policy, 8081)).as("anybody").isEmpty();
    List<NetworkPolicyPeer> internal = peers(policy, 8082);
    assertThat(admitted(internal, operator.pods().getFirst())).isTrue();
    assertThat(admitted(internal, job(namespace))).isTrue();
    assertThat(admitted(internal, server)).isFalse();
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void namespace_deletedWithOperatorAndClusters_isGone(TestNamespace namespace) {
    namespace.client().namespaces().withName(namespace.name()).delete();
    cluster.inTheEnd(
        () -> namespace.client().namespaces().withName(namespace.name()).get() == null,
        "the namespace is gone",
        () -> namespace.client().namespaces().withName(namespace.name()).get().toString());
  }

  private static Pod job(TestNamespace namespace) {
    return namespace
        .client()
        .pods()
        .inNamespace(namespace.name())
        .withLabel("batch.kubernetes.io/job-name", "now")
        .list()
        .getItems()
        .getFirst();
  }

  private static List<Volume> tokens(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> volume.getProjected() != null)
        .toList();
  }

  private static List<NetworkPolicyPeer> peers(NetworkPolicy policy, int port) {
    List<NetworkPolicyIngressRule> rules =
        policy.getSpec().getIngress().stream()
            .filter(rule -> rule.getPorts().getFirst().getPort().getIntVal() == port)
            .toList();
    assertThat(rules).as("rules of port %s", port).hasSize(1);
    return rules.getFirst().getFrom();
  }

  /** All in one namespace, whose name is the label that Kubernetes gives it. */
  private static boolean admitted(List<NetworkPolicyPeer> peers, Pod pod) {
    return peers.stream()
        .anyMatch(
            peer ->
                matches(peer.getPodSelector(), pod.getMetadata().getLabels())
                    && (peer.getNamespaceSelector() == null
                        || matches(
                            peer.getNamespaceSelector(),
                            Map.of(
                                "kubernetes.io/metadata.name", pod.getMetadata().getNamespace()))));
  }

  private static boolean matches(LabelSelector selector, Pod pod) {
    return matches(selector, pod.getMetadata().getLabels());
  }

  private static boolean matches(LabelSelector selector, Map<String, String> labels) {
    assertThat(selector.getMatchExpressions()).isEmpty();
    return labels.entrySet().containsAll(selector.getMatchLabels().entrySet());
  }
}
