// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import io.luminate.operator.OperatorMain;
import io.luminate.operator.config.OperatorKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a first JVM does, whose classes the operators of pods have then: a pass over a cluster with
 * a policy and a quota, none of whose pods starts.
 */
final class OperatorTraining {
  private static final String NAMESPACE = "training";
  private static final String HOST = "127.0.0.3";
  private static final Path DEFINITIONS = Path.of("..", "crds", "generated");

  private OperatorTraining() {}

  /** Does it, unless it was done. */
  static void of(JarredClassPath classes, KubeCluster cluster)
      throws IOException, InterruptedException {
    PodJvm operator = new PodJvm(OperatorMain.class, classes);
    if (operator.isTrained()) {
      return;
    }
    KubernetesClient client = cluster.client();
    for (String kind : List.of("luminateclusters", "tenantquotas", "retentionpolicies")) {
      client.resource(Files.readString(DEFINITIONS.resolve(kind + ".luminate.io.yaml"))).create();
    }
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .create();
    operator.train(
        OperatorMain.class,
        List.of(),
        environment(cluster.controlPlane().kubeconfig()),
        () -> isDone(client));
    client.namespaces().withName(NAMESPACE).delete();
  }

  private static Map<String, String> environment(Path kubeconfig) {
    return Map.of(
        "KUBECONFIG",
        kubeconfig.toString(),
        OperatorKey.NAMESPACE.variable(),
        NAMESPACE,
        OperatorKey.WATCH_NAMESPACES.variable(),
        NAMESPACE,
        OperatorKey.POD_NAME.variable(),
        NAMESPACE,
        OperatorKey.SERVER_IMAGE.variable(),
        "none",
        OperatorKey.MANAGEMENT_HOST.variable(),
        HOST);
  }

  /** Of each kind, as it is applied again and again. */
  private static boolean isDone(KubernetesClient client) {
    LuminateCluster cluster =
        apply(
            client,
            LuminateCluster.class,
            "backend: rocksdb, auth: {enabled: false, allowAnonymous: true}");
    RetentionPolicy policy =
        apply(
            client,
            RetentionPolicy.class,
            "clusterRef: {name: main}, metricPattern: \"debug_*\", retention: 7d");
    TenantQuota quota =
        apply(
            client,
            TenantQuota.class,
            "clusterRef: {name: main}, tenantId: acme, rateLimits: {metricsPerSecond: 5}");
    return cluster.getStatus().observedGeneration() != null
        && policy.getStatus().observedGeneration() != null
        && quota.getStatus().observedGeneration() != null;
  }

  private static <T extends CustomResource<?, ?>> T apply(
      KubernetesClient client, Class<T> kind, String spec) {
    return client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: luminate.io/v1alpha1
                kind: %s
                metadata: {name: main, namespace: %s}
                spec: {%s}
                """
                    .formatted(kind.getSimpleName(), NAMESPACE, spec),
                kind))
        .serverSideApply();
  }
}
