// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;

/** The Node object and its Lease, by which the controllers see that someone is there. */
final class Node {
  static final Map<String, Quantity> CAPACITY =
      Map.of(
          "cpu", new Quantity("64"),
          "memory", new Quantity("256Gi"),
          "ephemeral-storage", new Quantity("1Ti"),
          "pods", new Quantity("1000"));

  private static final System.Logger LOG = System.getLogger(Node.class.getName());
  private static final String LEASES = "kube-node-lease";
  private static final int LEASE_SECONDS = 40;
  private static final Duration RENEWAL = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final String name;
  private final String address;

  Node(KubernetesClient client, String name, String address) {
    this.client = client;
    this.name = name;
    this.address = address;
  }

  void register() {
    io.fabric8.kubernetes.api.model.Node node =
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .addToLabels("kubernetes.io/hostname", name)
            .addToLabels("kubernetes.io/os", "linux")
            .endMetadata()
            .withNewStatus()
            .withCapacity(CAPACITY)
            .withAllocatable(CAPACITY)
            .addNewAddress(address, "InternalIP")
            .addNewAddress(name, "Hostname")
            .withConditions(ready())
            .endStatus()
            .build();
    client.nodes().resource(node).create();
    renew();
  }

  private static NodeCondition ready() {
    String now = Statuses.now();
    return new NodeConditionBuilder()
        .withType("Ready")
        .withStatus("True")
        .withReason("KubeletReady")
        .withLastHeartbeatTime(now)
        .withLastTransitionTime(now)
        .build();
  }

  /** Renews the lease until it is interrupted. */
  void keepAlive() {
    try {
      while (true) {
        Thread.sleep(RENEWAL);
        try {
          renew();
        } catch (KubernetesClientException e) {
          LOG.log(System.Logger.Level.DEBUG, "The lease is not renewed", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void renew() {
    client
        .leases()
        .inNamespace(LEASES)
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(name)
                .withLeaseDurationSeconds(LEASE_SECONDS)
                .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
                .endSpec()
                .build())
        .forceConflicts()
        .serverSideApply();
  }
}
