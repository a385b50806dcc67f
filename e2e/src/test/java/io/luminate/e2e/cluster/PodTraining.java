// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.OperatorMain;
import io.luminate.operator.config.OperatorKey;
import io.luminate.server.ServerMain;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What first JVMs of the server and of the operator do, whose classes those of pods have then. */
final class PodTraining {
  private static final String NAMESPACE = "training";
  private static final String SERVER_HOST = "127.0.0.2";
  private static final String OPERATOR_HOST = "127.0.0.3";
  private static final Duration CALL_MAX = Duration.ofSeconds(5);
  private static final String POINT =
      """
      {"metrics": [{"name": "training", "timestamp": %d, "value": 1}]}
      """;
  private static final String COUNT =
      """
      {"queryType": "aggregate", "metricName": "training", "timeRange": {"relative": "1h"}, "aggregation": "count"}
      """;
  private static final Path DEFINITIONS = Path.of("..", "crds", "generated");

  private PodTraining() {}

  /** Stores a point, and asks for it. */
  static void server(JarredClassPath classes) throws IOException, InterruptedException {
    PodJvm server = new PodJvm(ServerMain.class, classes);
    if (!server.isTrained()) {
      server.train(
          Map.of(
              "LUMINATE_SERVER_HOST",
              SERVER_HOST,
              "LUMINATE_MANAGEMENT_HOST",
              SERVER_HOST,
              "LUMINATE_AUTH_ENABLED",
              "false",
              "LUMINATE_AUTH_ALLOW_ANONYMOUS",
              "true",
              "LUMINATE_ROCKSDB_DATA_DIR",
              classes.folder().resolve("data").toString()),
          () -> post("write", POINT.formatted(System.currentTimeMillis())) && post("query", COUNT));
    }
  }

  private static boolean post(String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + SERVER_HOST + ":8080/api/v1/" + path))
            .timeout(CALL_MAX)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    }
  }

  /** Makes a pass over a cluster, none of whose pods starts. */
  static void operator(JarredClassPath classes, KubeCluster cluster)
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
        Map.of(
            "KUBECONFIG",
            cluster.controlPlane().kubeconfig().toString(),
            OperatorKey.NAMESPACE.variable(),
            NAMESPACE,
            OperatorKey.WATCH_NAMESPACES.variable(),
            NAMESPACE,
            OperatorKey.POD_NAME.variable(),
            NAMESPACE,
            OperatorKey.SERVER_IMAGE.variable(),
            "none",
            OperatorKey.MANAGEMENT_HOST.variable(),
            OPERATOR_HOST),
        () ->
            client.resource(cluster()).serverSideApply().getStatus().observedGeneration() != null);
    client.namespaces().withName(NAMESPACE).delete();
  }

  private static LuminateCluster cluster() {
    return Serialization.unmarshal(
        """
        apiVersion: luminate.io/v1alpha1
        kind: LuminateCluster
        metadata: {name: main, namespace: %s}
        spec: {backend: rocksdb, auth: {enabled: false, allowAnonymous: true}}
        """
            .formatted(NAMESPACE),
        LuminateCluster.class);
  }
}
