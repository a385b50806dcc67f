// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.crd.ConditionStatus;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What the README promises: two files are applied, and there is a store. Alone, as this operator
 * looks after all namespaces, those of other tests among them.
 */
@OnKubernetes
@Isolated
final class InstallE2E {
  private static final Path EXAMPLE = Path.of("..", "crds", "examples", "cluster-rocksdb.yaml");

  @Test
  void installed_thenClusterApplied_storesAndAnswers(TestNamespace namespace) throws Exception {
    InstalledOperator operator = InstalledOperator.everywhere(namespace);
    try {
      Cluster cluster = new Cluster(namespace, "edge");
      Cluster.createSecret(namespace);
      cluster.apply(Files.readString(EXAMPLE));
      cluster.awaitReady(1);
      MetricsClient tenant = cluster.service("acme");
      tenant.write("requests", 1);
      tenant.write("requests", 2);
      assertThat(MetricsClient.expect200(tenant.count("requests", 1)).replace(" ", ""))
          .contains("\"value\":2");

      cluster.apply(Texts.quota("edge", 1));
      cluster.awaitCondition(
          () -> cluster.quota("acme").getStatus().conditions(),
          "Applied",
          ConditionStatus.TRUE,
          "Applied");
      assertThat(tenant.count("requests", 2).statusCode()).isEqualTo(400);
      assertThat(tenant.count("requests", 1).statusCode()).isEqualTo(200);
    } finally {
      operator.remove();
    }
  }
}
