// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.ClickHouseUser;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TenantToken;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.operator.objects.ObjectLabels;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Secrets of a person's that change under pods. */
@OnKubernetes
@Order(OnKubernetes.LONGEST)
final class SecretsE2E {
  /** A minute, and what a pass and a slow machine take. */
  private static final Duration UNWATCHED_MAX = Duration.ofSeconds(70);

  @Test
  void tokensSecret_changed_countsWithinAMinute_andAtOnceWhereItIsWatched(
      @LookedAfter TestNamespace namespace) throws Exception {
    Cluster cluster = new Cluster(namespace, "edge");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.rocksDb("edge"));
    cluster.awaitReady(1);
    cluster.service("acme").write("requests", 1);

    String second = "another secret of the tests, of 32 bytes";
    Pod pod = cluster.pods().getFirst();
    change(namespace, "luminate-secrets", Map.of("jwt-secret", second));
    Duration took =
        cluster.inTheEnd(
            () -> isLeaving(cluster, pod),
            "a Secret that is not watched rolls pods",
            () -> cluster.pods() + "");
    assertThat(took).isLessThan(UNWATCHED_MAX);
    awaitOnly(cluster, second, TenantToken.SECRET);

    label(namespace, "luminate-secrets");
    String third = "a third secret of the tests, of 32 bytes";
    Pod next = cluster.pods().getFirst();
    change(namespace, "luminate-secrets", Map.of("jwt-secret", third));
    cluster.soon(
        () -> isLeaving(cluster, next), "a watched Secret rolls pods", () -> cluster.pods() + "");
    MetricsClient client = awaitOnly(cluster, third, second);
    assertThat(MetricsClient.expect200(client.count("requests", 1))).contains("\"value\":1");
  }

  /** ClickHouse has both users all the time, as a person does it who replaces one. */
  @Test
  void clickHouseCredentials_changed_noWriteIsLost(@LookedAfter TestNamespace namespace)
      throws Exception {
    Cluster cluster = new Cluster(namespace, "metrics");
    ClickHouseServer server = ClickHouse.shared();
    Cluster.createSecret(namespace);
    Cluster.createSecret(namespace, server.luminate());
    label(namespace, "clickhouse-secrets");
    String database = server.newDatabase();
    cluster.apply(Texts.clickHouse("metrics", server.httpUrl(), database, "replicas: 1"));
    cluster.awaitReady(1);
    Pod pod = cluster.pods().getFirst();
    try (Writes writes = new Writes(cluster.service("acme"))) {
      ClickHouseUser other = server.admin();
      change(
          namespace,
          "clickhouse-secrets",
          Map.of("username", other.name(), "password", other.password()));
      cluster.soon(
          () -> cluster.pods().size() == 2,
          "another pod for other credentials",
          () -> cluster.pods() + "");
      cluster.inTheEnd(
          () -> isLeaving(cluster, pod) && cluster.pods().size() == 1,
          "the pod with the old ones has gone",
          () -> cluster.pods() + "");
      cluster.awaitReady(1);
      writes.endWithoutFailure();
    }
    server.execute("SYSTEM FLUSH LOGS query_log");
    assertThat(server.query(askedBy(server.admin(), database)).getFirst()).isNotEqualTo("0");
  }

  private static String askedBy(ClickHouseUser user, String database) {
    return "SELECT count() FROM system.query_log WHERE user = '%s' AND has(databases, '%s') AND notEmpty(tables)"
        .formatted(user.name(), database);
  }

  /** Who has a token of the new secret comes in, and nobody else. */
  private static MetricsClient awaitOnly(Cluster cluster, String secret, String old)
      throws IOException, InterruptedException {
    MetricsClient client = cluster.service("acme").withToken(TenantToken.of("acme", secret));
    cluster.inTheEnd(
        () -> client.count("requests", 1).statusCode() == 200,
        "new tokens are accepted",
        () -> cluster.pods() + "");
    cluster.awaitReady(1);
    assertThat(client.withToken(TenantToken.of("acme", old)).count("requests", 1).statusCode())
        .isEqualTo(401);
    return client;
  }

  private static boolean isLeaving(Cluster cluster, Pod pod) {
    return cluster.pods().stream()
        .filter(one -> one.getMetadata().getUid().equals(pod.getMetadata().getUid()))
        .allMatch(one -> one.getMetadata().getDeletionTimestamp() != null);
  }

  private static void label(TestNamespace namespace, String secret) {
    secret(namespace, secret)
        .edit(
            live ->
                new SecretBuilder(live)
                    .editMetadata()
                    .addToLabels(ObjectLabels.WATCH, ObjectLabels.WATCHED)
                    .endMetadata()
                    .build());
  }

  private static void change(TestNamespace namespace, String secret, Map<String, String> values) {
    secret(namespace, secret).edit(live -> new SecretBuilder(live).withStringData(values).build());
  }

  private static Resource<Secret> secret(TestNamespace namespace, String name) {
    return namespace.client().secrets().inNamespace(namespace.name()).withName(name);
  }
}
