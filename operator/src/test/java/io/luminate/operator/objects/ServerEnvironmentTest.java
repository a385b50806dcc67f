// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a server's environment says, and who says it. */
final class ServerEnvironmentTest {

  private static String env(String... variables) {
    return "pod: {env: [" + String.join(", ", variables) + "]}";
  }

  @Test
  void credentialsAndKeys_comeFromTheirSecrets() {
    assertThat(Clusters.environment(Clusters.server(Clusters.clickHouse())))
        .containsEntry("LUMINATE_AUTH_JWT_SECRET", "luminate-secrets/jwt-secret")
        .containsEntry("LUMINATE_STORAGE_CLICKHOUSE_USERNAME", "ch/username")
        .containsEntry("LUMINATE_STORAGE_CLICKHOUSE_PASSWORD", "ch/password");
  }

  @Test
  void variables_ofThePerson_areAdded() {
    assertThat(
            Clusters.environment(
                Clusters.server(
                    Clusters.rocksDb(env("{name: LUMINATE_LOGGING_LEVEL, value: debug}")))))
        .containsEntry("LUMINATE_LOGGING_LEVEL", "debug");
  }

  @Test
  void variables_thatContradictTheResourceOrThePod_areLeftOut_andNamed() {
    ClusterObjects all =
        Clusters.objects(
            Clusters.clickHouse(
                env(
                    "{name: LUMINATE_CLICKHOUSE_PASSWORD, value: theirs}",
                    "{name: LUMINATE_STORAGE_CLICKHOUSE_DATABASE, value: theirs}",
                    "{name: LUMINATE_MANAGEMENT_PORT, value: '1'}",
                    "{name: LUMINATE_AUTH_ENABLED, value: 'false'}",
                    "{name: LUMINATE_LIMITS_FILE, value: /x}",
                    "{name: LUMINATE_CLICKHOUSE_ACK, value: buffered}")));
    assertThat(all.ignoredVariables())
        .containsExactly(
            "LUMINATE_CLICKHOUSE_PASSWORD",
            "LUMINATE_STORAGE_CLICKHOUSE_DATABASE",
            "LUMINATE_MANAGEMENT_PORT",
            "LUMINATE_AUTH_ENABLED",
            "LUMINATE_LIMITS_FILE");
    assertThat(Clusters.environment(Clusters.pod(all).getSpec().getContainers().getFirst()))
        .doesNotContainKeys(all.ignoredVariables().toArray(String[]::new))
        .containsEntry("LUMINATE_CLICKHOUSE_ACK", "buffered");
  }

  @Test
  void variables_thatNoFieldSays_areTheirs() {
    Map<String, String> environment =
        Clusters.environment(
            Clusters.server(
                Clusters.cluster(
                    "backend: clickhouse",
                    "clickhouse: {addresses: ['ch:8123']}",
                    Clusters.HMAC,
                    env("{name: LUMINATE_CLICKHOUSE_PASSWORD, value: theirs}"))));
    assertThat(environment).containsEntry("LUMINATE_CLICKHOUSE_PASSWORD", "theirs");
  }

  @Test
  void variable_thatTakesADatabaseOver_isTheirs() {
    ClusterObjects all =
        Clusters.objects(
            Clusters.clickHouse(env("{name: LUMINATE_STORAGE_CLICKHOUSE_ADOPT, value: 'true'}")));
    assertThat(all.ignoredVariables()).isEmpty();
    assertThat(Clusters.environment(Clusters.pod(all).getSpec().getContainers().getFirst()))
        .containsEntry("LUMINATE_STORAGE_CLICKHOUSE_ADOPT", "true");
  }

  @Test
  void variables_ofOneName_areOne_theLast() {
    assertThat(
            Clusters.environment(
                Clusters.server(
                    Clusters.rocksDb(env("{name: A, value: '1'}", "{name: A, value: '2'}")))))
        .containsEntry("A", "2");
  }

  @Test
  void heap_isAPartOfTheMemoryThatIsKept() {
    assertThat(heap("rocksdb: {}")).isEqualTo("1024m");
    assertThat(heap("pod: {resources: {requests: {memory: 8Gi}, limits: {memory: 16Gi}}}"))
        .isEqualTo("4096m");
    assertThat(heap("pod: {resources: {limits: {memory: 6Gi}}}")).isEqualTo("3072m");
    assertThat(heap(env("{name: LUMINATE_HEAP, value: 700m}"))).isEqualTo("700m");
    assertThat(
            Clusters.environment(
                Clusters.server(
                    Clusters.clickHouse("pod: {resources: {limits: {memory: 512Mi}}}"))))
        .containsEntry("LUMINATE_HEAP", "352m");
  }

  @Test
  void heap_whereNoMemoryIsSaid_isTheStartScripts() {
    assertThat(
            Clusters.environment(
                Clusters.server(Clusters.rocksDb("pod: {resources: {requests: {cpu: 1}}}"))))
        .doesNotContainKey("LUMINATE_HEAP");
  }

  @Test
  void backend_isToldToTheStartScript() {
    assertThat(Clusters.environment(Clusters.server(Clusters.clickHouse())))
        .containsEntry("LUMINATE_STORAGE_BACKEND", "clickhouse");
  }

  private static String heap(String more) {
    return Clusters.environment(Clusters.server(Clusters.rocksDb(more))).get("LUMINATE_HEAP");
  }
}
