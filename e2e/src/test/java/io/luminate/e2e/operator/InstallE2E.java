// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.crd.ConditionStatus;
import io.luminate.crd.StatusCondition;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What the README promises: two files are applied, and there is a store. Alone, as this operator
 * looks after all namespaces, those of other tests among them.
 */
@OnKubernetes
@Isolated
final class InstallE2E {
  private static final Path EXAMPLES = Path.of("..", "crds", "examples");

  @Test
  void installed_thenClusterApplied_storesAndAnswers(TestNamespace namespace) throws Exception {
    InstalledOperator operator = InstalledOperator.everywhere(namespace);
    try {
      Cluster cluster = new Cluster(namespace, "edge");
      Cluster.createSecret(namespace);
      Kubectl kubectl = new Kubectl(namespace.cluster());
      kubectl.apply(namespace.name(), example("cluster-rocksdb"));
      cluster.awaitReady(1);
      assertThat(ReadmeCommands.type(namespace, "kubectl get service edge").replace(" ", ""))
          .contains("\"customer_id\":\"cust_1\"", "\"value\":145.5");
      MetricsClient tenant = cluster.service("acme");
      tenant.write("requests", 1);
      tenant.write("requests", 2);
      assertThat(MetricsClient.expect200(tenant.count("requests", 1)).replace(" ", ""))
          .contains("\"value\":2");

      kubectl.apply(namespace.name(), Texts.quota("edge", 1));
      cluster.awaitCondition(
          () -> cluster.quota("acme").getStatus().conditions(),
          "Applied",
          ConditionStatus.TRUE,
          "Applied");
      assertThat(tenant.count("requests", 2).statusCode()).isEqualTo(400);
      assertThat(tenant.count("requests", 1).statusCode()).isEqualTo(200);
      namespace.client().resource(cluster.quota("acme")).delete();
      assertExamplesAreAccepted(namespace);
    } finally {
      operator.remove();
    }
  }

  /** Of the ClickHouse that the example names there is none, nor its Secrets. */
  private static void assertExamplesAreAccepted(TestNamespace namespace) throws Exception {
    Cluster metrics = new Cluster(namespace, "metrics");
    for (String example : List.of("cluster-clickhouse", "retention-policies", "tenant-quota")) {
      new Kubectl(namespace.cluster()).apply(namespace.name(), example(example));
    }
    metrics.awaitCondition(
        () -> metrics.resource().getStatus().conditions(),
        "Ready",
        ConditionStatus.FALSE,
        "SecretNotFound");
    for (String policy : List.of("debug", "acme-audit")) {
      awaitAccepted(metrics, () -> metrics.policy(policy).getStatus().conditions());
    }
    awaitAccepted(metrics, () -> metrics.quota("acme").getStatus().conditions());
  }

  private static void awaitAccepted(Cluster cluster, Supplier<List<StatusCondition>> conditions) {
    cluster.awaitCondition(conditions, "Accepted", ConditionStatus.TRUE, "Accepted");
  }

  private static String example(String name) throws IOException {
    return Files.readString(EXAMPLES.resolve(name + ".yaml"));
  }
}
