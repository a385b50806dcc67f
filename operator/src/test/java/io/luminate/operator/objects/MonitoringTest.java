// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.luminate.crd.LuminateCluster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Prometheus' operator is told. */
final class MonitoringTest {

  private static GenericKubernetesResource get(LuminateCluster cluster, OptionalKind kind) {
    return Clusters.objects(cluster).objects().stream()
        .filter(object -> object.getKind().equals(kind.kind()))
        .map(GenericKubernetesResource.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void serviceMonitor_fetchesFromTheManagementPort_asOften() {
    GenericKubernetesResource monitor =
        get(Clusters.golden("rocksdb-full"), OptionalKind.SERVICE_MONITOR);
    assertThat(monitor.<List<Map<String, Object>>>get("spec", "endpoints"))
        .containsExactly(Map.of("port", "management", "path", "/metrics", "interval", "15s"));
    assertThat(monitor.getMetadata().getLabels()).containsEntry("release", "prometheus");
  }

  @Test
  void labels_doNotTakeThePlaceOfOurs() {
    LuminateCluster cluster =
        Clusters.rocksDb("monitoring: {labels: {luminate.io/watch: 'no', release: a}}");
    for (OptionalKind kind : OptionalKind.values()) {
      assertThat(get(cluster, kind).getMetadata().getLabels())
          .containsEntry("luminate.io/watch", "true")
          .containsEntry("release", "a");
    }
  }

  @Test
  void rules_areAboutThisClusterAlone() {
    List<Map<String, Object>> groups =
        get(Clusters.rocksDb(), OptionalKind.PROMETHEUS_RULE).get("spec", "groups");
    assertThat(groups).hasSize(1);
    assertThat((List<?>) groups.getFirst().get("rules"))
        .isNotEmpty()
        .allSatisfy(
            rule ->
                assertThat(String.valueOf(((Map<?, ?>) rule).get("expr")).split("luminate_"))
                    .satisfies(
                        parts ->
                            assertThat(List.of(parts).subList(1, parts.length))
                                .allMatch(
                                    part ->
                                        part.contains(
                                            "namespace=\"metrics\",service=\"main-headless\""))));
  }

  @Test
  void volume_isWatchedWhereThereIsOne() {
    assertThat(get(Clusters.rocksDb(), OptionalKind.PROMETHEUS_RULE).toString())
        .contains("LuminateVolumeFills", "0.85 * 107374182400");
    assertThat(get(Clusters.clickHouse(), OptionalKind.PROMETHEUS_RULE).toString())
        .doesNotContain("LuminateVolumeFills");
  }
}
