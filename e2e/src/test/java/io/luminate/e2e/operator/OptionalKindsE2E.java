// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.operator.objects.OptionalKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Prometheus' operator comes after this one, and goes. */
@OnKubernetes
@Order(OnKubernetes.LONG)
final class OptionalKindsE2E {
  private static final Path MONITORING =
      Path.of("src", "test", "resources", "monitoring-definitions.yaml");

  /** Discovery is every 30 s, and then it is soon. */
  private static final Duration DISCOVERY_AND_SOON = Duration.ofSeconds(30 + 10);

  @Test
  void optionalKinds_installedLater_andRemoved(@LookedAfter TestNamespace namespace)
      throws Exception {
    Cluster cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.rocksDb("main"));
    cluster.awaitReady(1);
    Kubectl kubectl = new Kubectl(namespace.cluster());
    kubectl.run("apply", "--server-side", "-f", MONITORING.toString());
    try {
      Duration took =
          cluster.inTheEnd(
              () ->
                  isThere(namespace, OptionalKind.SERVICE_MONITOR)
                      && isThere(namespace, OptionalKind.PROMETHEUS_RULE),
              "what Prometheus is told is there",
              () -> "nothing");
      assertThat(took).isLessThan(DISCOVERY_AND_SOON);
      edit(namespace, kubectl);
      cluster.soon(
          () -> endpoints(namespace).contains("/metrics"),
          "what somebody edited is put right",
          () -> endpoints(namespace));
      cluster.apply(Texts.rocksDb("main", "monitoring: {enabled: false}"));
      cluster.soon(
          () ->
              !isThere(namespace, OptionalKind.SERVICE_MONITOR)
                  && !isThere(namespace, OptionalKind.PROMETHEUS_RULE),
          "Prometheus is told nothing any more",
          () -> endpoints(namespace));
      cluster.apply(Texts.rocksDb("main"));
      cluster.soon(
          () -> isThere(namespace, OptionalKind.SERVICE_MONITOR),
          "Prometheus is told again",
          () -> "nothing");
    } finally {
      kubectl.run("delete", "-f", MONITORING.toString());
    }
    cluster.apply(Texts.quota("main", 1));
    cluster.awaitApplied("acme");
    cluster.awaitReady(1);
  }

  private static void edit(TestNamespace namespace, Kubectl kubectl) throws Exception {
    kubectl.run(
        "patch",
        "-n",
        namespace.name(),
        "servicemonitors.monitoring.coreos.com/main",
        "--type=merge",
        "--patch={\"spec\": {\"endpoints\": [{\"port\": \"http\"}]}}");
    assertThat(endpoints(namespace)).isNotEmpty();
  }

  private static String endpoints(TestNamespace namespace) {
    return object(namespace, OptionalKind.SERVICE_MONITOR)
        .map(monitor -> String.valueOf(monitor.<Object>get("spec", "endpoints")))
        .orElse("");
  }

  private static boolean isThere(TestNamespace namespace, OptionalKind kind) {
    return object(namespace, kind).isPresent();
  }

  private static Optional<GenericKubernetesResource> object(
      TestNamespace namespace, OptionalKind kind) {
    ResourceDefinitionContext path =
        new ResourceDefinitionContext.Builder()
            .withGroup("monitoring.coreos.com")
            .withVersion("v1")
            .withKind(kind.kind())
            .withPlural(kind.plural())
            .withNamespaced(true)
            .build();
    return Optional.ofNullable(
        namespace
            .client()
            .genericKubernetesResources(path)
            .inNamespace(namespace.name())
            .withName("main")
            .get());
  }
}
