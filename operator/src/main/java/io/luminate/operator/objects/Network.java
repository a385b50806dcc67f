// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.luminate.crd.Backend;
import io.luminate.crd.LuminateClusterSpec;
import io.luminate.crd.NetworkPolicySettings;
import io.luminate.crd.ServiceSettings;
import io.luminate.crd.ServiceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How servers are reached, and by whom. */
final class Network {
  private Network() {}

  /** That which clients use. */
  static Service clients(ClusterIdentity owner) {
    ServiceSettings settings = owner.cluster().getSpec().service();
    return new ServiceBuilder()
        .withMetadata(owner.meta(owner.name()))
        .editMetadata()
        .withAnnotations(settings.annotations())
        .endMetadata()
        .withNewSpec()
        .withType(text(settings.type()))
        .withSelector(owner.selector())
        .withPorts(port(Ports.API_NAME, Ports.API))
        .endSpec()
        .build();
  }

  /**
   * That which names each pod. Pods that are not ready are in it too, as their metrics are those
   * that somebody wants to see.
   */
  static Service headless(ClusterIdentity owner) {
    return new ServiceBuilder()
        .withMetadata(owner.meta(owner.names().headless()))
        .withNewSpec()
        .withClusterIP("None")
        .withPublishNotReadyAddresses(true)
        .withSelector(owner.selector())
        .withPorts(port(Ports.API_NAME, Ports.API), port(Ports.MANAGEMENT_NAME, Ports.MANAGEMENT))
        .endSpec()
        .build();
  }

  /** Where pods go to is open: ClickHouse and issuers of tokens may be anywhere. */
  static Optional<NetworkPolicy> policy(ClusterIdentity owner, OperatorPods operator) {
    LuminateClusterSpec spec = owner.cluster().getSpec();
    NetworkPolicySettings settings = spec.networkPolicy();
    return !settings.enabled()
        ? Optional.empty()
        : Optional.of(
            new NetworkPolicyBuilder()
                .withMetadata(owner.meta(owner.name()))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(owner.selector())
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .withIngress(
                    rule(Ports.API, settings.clientsFrom()),
                    rule(Ports.MANAGEMENT, settings.metricsFrom()),
                    rule(Ports.INTERNAL, internal(owner, operator)))
                .endSpec()
                .build());
  }

  private static List<NetworkPolicyPeer> internal(ClusterIdentity owner, OperatorPods operator) {
    List<NetworkPolicyPeer> peers = new ArrayList<>();
    peers.add(
        new NetworkPolicyPeerBuilder()
            .withNewNamespaceSelector()
            .addToMatchLabels("kubernetes.io/metadata.name", operator.namespace())
            .endNamespaceSelector()
            .withNewPodSelector()
            .withMatchLabels(operator.labels())
            .endPodSelector()
            .build());
    if (owner.cluster().getSpec().backend() == Backend.ROCKSDB) {
      peers.add(
          new NetworkPolicyPeerBuilder()
              .withNewPodSelector()
              .withMatchLabels(ObjectLabels.selector(owner.name(), ObjectLabels.CLEANUP))
              .endPodSelector()
              .build());
    }
    return peers;
  }

  /** Without any peer it is about all that come. */
  private static NetworkPolicyIngressRule rule(int port, List<NetworkPolicyPeer> peers) {
    return new NetworkPolicyIngressRuleBuilder()
        .withFrom(peers)
        .addNewPort()
        .withProtocol("TCP")
        .withPort(new IntOrString(port))
        .endPort()
        .build();
  }

  private static ServicePort port(String name, int number) {
    return new ServicePortBuilder()
        .withName(name)
        .withPort(number)
        .withProtocol("TCP")
        .withTargetPort(new IntOrString(name))
        .build();
  }

  private static String text(ServiceType type) {
    return switch (type) {
      case CLUSTER_IP -> "ClusterIP";
      case NODE_PORT -> "NodePort";
      case LOAD_BALANCER -> "LoadBalancer";
    };
  }
}
