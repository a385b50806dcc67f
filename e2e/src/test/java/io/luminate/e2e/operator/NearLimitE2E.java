// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.crd.StatusCondition;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A tenant comes near its limit, and its quota says so until it has more room. */
@OnKubernetes
@Order(OnKubernetes.LONG)
final class NearLimitE2E {
  @Test
  @Tag("soak")
  void quota_whoseTenantUsesMostOfIt_saysSo(@LookedAfter TestNamespace namespace) throws Exception {
    Cluster cluster = new Cluster(namespace, "edge");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.rocksDb("edge"));
    cluster.apply(quota(5));
    cluster.awaitReady(1);
    awaitNearLimit(cluster, "FarFromLimits");

    MetricsClient tenant = cluster.service("acme");
    for (String metric : new String[] {"a", "b", "c", "d"}) {
      tenant.write(metric, 1);
    }
    awaitNearLimit(cluster, "NearLimit");
    assertThat(nearLimit(cluster).message()).isEqualTo("The tenant is near maxMetricsPerTenant.");

    cluster.apply(quota(6));
    awaitNearLimit(cluster, "FarFromLimits");
  }

  /** Nobody tells the operator of it, which asks every half minute. */
  private static void awaitNearLimit(Cluster cluster, String reason) {
    cluster.inTheEnd(
        () -> nearLimit(cluster).reason().equals(reason),
        reason,
        () -> cluster.quota("acme").getStatus().toString());
  }

  private static StatusCondition nearLimit(Cluster cluster) {
    return cluster.quota("acme").getStatus().conditions().stream()
        .filter(one -> one.type().equals("NearLimit"))
        .findFirst()
        .orElseThrow();
  }

  private static String quota(int metrics) {
    return """
        apiVersion: luminate.io/v1alpha1
        kind: TenantQuota
        metadata: {name: acme}
        spec:
          clusterRef: {name: edge}
          tenantId: acme
          cardinalityLimits: {maxMetricsPerTenant: %d}
        """
        .formatted(metrics);
  }
}
