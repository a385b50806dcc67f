// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.luminate.crd.LuminateCluster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** How servers are reached, and by whom. */
final class NetworkTest {
  private static final LabelSelector OPERATORS_NAMESPACE =
      labels(Map.of("kubernetes.io/metadata.name", "luminate-system"));

  private static LabelSelector labels(Map<String, String> labels) {
    return new LabelSelector(List.of(), labels);
  }

  private static Service service(LuminateCluster cluster, String name) {
    return Clusters.objects(cluster).objects().stream()
        .filter(object -> object instanceof Service && object.getMetadata().getName().equals(name))
        .map(Service.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /** Who is let in to the port. */
  private static List<NetworkPolicyPeer> peers(LuminateCluster cluster, int port) {
    return Clusters.get(cluster, NetworkPolicy.class).getSpec().getIngress().stream()
        .filter(rule -> rule.getPorts().getFirst().getPort().getIntVal() == port)
        .findFirst()
        .orElseThrow()
        .getFrom();
  }

  @Test
  void clientService_hasTheApiAlone() {
    Service service = service(Clusters.golden("rocksdb-full"), "edge");
    assertThat(service.getSpec().getPorts()).extracting(ServicePort::getPort).containsExactly(8080);
    assertThat(service.getSpec().getType()).isEqualTo("LoadBalancer");
    assertThat(service.getMetadata().getAnnotations())
        .containsEntry("service.beta.kubernetes.io/aws-load-balancer-internal", "true");
  }

  @Test
  void headlessService_hasMetricsToo_andNotTheInternalPort() {
    Service service = service(Clusters.rocksDb(), "main-headless");
    assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(service.getSpec().getPorts())
        .extracting(ServicePort::getPort)
        .containsExactly(8080, 8081);
  }

  @ParameterizedTest
  @FieldSource("io.luminate.operator.objects.Clusters#GOLDEN")
  void services_selectServers_andNoJob(String golden) {
    LuminateCluster cluster = Clusters.golden(golden);
    Map<String, String> selector =
        service(cluster, cluster.getMetadata().getName()).getSpec().getSelector();
    assertThat(Clusters.pod(cluster).getMetadata().getLabels()).containsAllEntriesOf(selector);
    assertThat(selector).containsEntry("app.kubernetes.io/component", "server");
  }

  @Test
  void policy_withoutLists_letsAnybodyToTheApiAndToMetrics() {
    assertThat(peers(Clusters.rocksDb(), 8080)).isEmpty();
    assertThat(peers(Clusters.rocksDb(), 8081)).isEmpty();
  }

  @Test
  void policy_withLists_letsThemIn() {
    LuminateCluster cluster = Clusters.golden("rocksdb-full");
    assertThat(peers(cluster, 8080))
        .isEqualTo(cluster.getSpec().networkPolicy().clientsFrom())
        .hasSize(1);
    assertThat(peers(cluster, 8081))
        .isEqualTo(cluster.getSpec().networkPolicy().metricsFrom())
        .hasSize(1);
  }

  @Test
  void internalPort_isForTheOperatorAndTheJobAlone() {
    List<NetworkPolicyPeer> peers = peers(Clusters.rocksDb(), 8082);
    assertThat(peers).hasSize(2);
    assertThat(peers.getFirst().getNamespaceSelector()).isEqualTo(OPERATORS_NAMESPACE);
    assertThat(peers.getFirst().getPodSelector())
        .isEqualTo(labels(Clusters.facts().operator().labels()));
    assertThat(peers.getLast().getNamespaceSelector()).isNull();
    assertThat(peers.getLast().getPodSelector())
        .isEqualTo(labels(ObjectLabels.selector("main", "cleanup")));
  }

  @Test
  void internalPort_ofClickHouse_isForTheOperatorAlone() {
    assertThat(peers(Clusters.clickHouse(), 8082)).hasSize(1);
  }

  @Test
  void policy_isAboutWhatComesIn_andTheseServersAlone() {
    NetworkPolicy policy = Clusters.get(Clusters.rocksDb(), NetworkPolicy.class);
    assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress");
    assertThat(policy.getSpec().getIngress()).hasSize(3);
    assertThat(policy.getSpec().getPodSelector().getMatchLabels())
        .isEqualTo(ObjectLabels.selector("main"));
  }
}
