// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What admits pods, and what holds others off them, on what really runs. */
@OnKubernetes
final class HardeningE2E {

  @Test
  void restrictedNamespace_admitsEveryPod_andTheInternalPortTheRightOnes(TestNamespace namespace)
      throws Exception {
    restrict(namespace);
    InstalledOperator operator = InstalledOperator.in(namespace);
    Cluster cluster = new Cluster(namespace, "edge");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.rocksDb("edge"));
    cluster.awaitReady(1);
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
            .withName("edge")
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

  private static void restrict(TestNamespace namespace) {
    namespace
        .client()
        .namespaces()
        .withName(namespace.name())
        .edit(
            live ->
                new NamespaceBuilder(live)
                    .editMetadata()
                    .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                    .endMetadata()
                    .build());
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
