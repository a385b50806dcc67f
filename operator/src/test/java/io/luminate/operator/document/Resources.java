// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.LuminateClusterSpec;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.RetentionPolicySpec;
import io.luminate.crd.TenantQuota;
import io.luminate.crd.TenantQuotaSpec;
import org.jspecify.annotations.Nullable;

/** Resources as an API server has them. */
final class Resources {
  private Resources() {}

  static LuminateCluster cluster(String retention, String grace) {
    return cluster(retention, grace, "{}");
  }

  static LuminateCluster cluster(String retention, String grace, String limits) {
    LuminateCluster cluster = new LuminateCluster();
    cluster.setMetadata(meta("main", 0));
    cluster.setSpec(
        read(
            """
            {"backend": "clickhouse", "retention": {"default": "%s", "shorteningGrace": "%s"},
             "limits": %s}"""
                .formatted(retention, grace, limits),
            LuminateClusterSpec.class));
    return cluster;
  }

  static RetentionPolicy policy(
      String name, @Nullable String tenant, String pattern, String retention) {
    return policy(name, 0, tenant, pattern, retention);
  }

  static RetentionPolicy policy(
      String name, int second, @Nullable String tenant, String pattern, String retention) {
    String owner = tenant == null ? "" : "\"tenantId\": \"" + tenant + "\",";
    RetentionPolicy policy = new RetentionPolicy();
    policy.setMetadata(meta(name, second));
    policy.setSpec(
        read(
            """
            {"clusterRef": {"name": "main"}, %s "metricPattern": "%s", "retention": "%s"}"""
                .formatted(owner, pattern, retention),
            RetentionPolicySpec.class));
    return policy;
  }

  static TenantQuota quota(String name, int second, String tenant, String more) {
    TenantQuota quota = new TenantQuota();
    quota.setMetadata(meta(name, second));
    quota.setSpec(
        read(
            "{\"clusterRef\": {\"name\": \"main\"}, \"tenantId\": \"%s\" %s}"
                .formatted(tenant, more),
            TenantQuotaSpec.class));
    return quota;
  }

  static ObjectMeta meta(String name, int second) {
    return new ObjectMetaBuilder()
        .withNamespace("metrics")
        .withName(name)
        .withCreationTimestamp("2026-03-01T12:%02d:%02dZ".formatted(second / 60, second % 60))
        .build();
  }

  private static <T> T read(String json, Class<T> type) {
    return Serialization.unmarshal(json, type);
  }
}
