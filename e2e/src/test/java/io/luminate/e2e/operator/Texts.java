// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import java.net.URI;

/** What tests apply. */
final class Texts {
  /** What clusters say of whom they let in. */
  static final String TOKENS = "hmacSecretRef: {name: luminate-secrets, key: jwt-secret}";

  private Texts() {}

  /** A cluster with a small volume, and whatever else is in its spec. */
  static String rocksDb(String name, String... lines) {
    return """
        apiVersion: luminate.io/v1alpha1
        kind: LuminateCluster
        metadata: {name: %s}
        spec:
          backend: rocksdb
          rocksdb: {storage: {size: 1Gi}}
          auth:
            hmacSecretRef: {name: luminate-secrets, key: jwt-secret}
        """
            .formatted(name)
        + lines(lines);
  }

  /** A cluster over that ClickHouse, and whatever else is in its spec. */
  static String clickHouse(String name, URI address, String database, String... lines) {
    return """
        apiVersion: luminate.io/v1alpha1
        kind: LuminateCluster
        metadata: {name: %s}
        spec:
          backend: clickhouse
          clickhouse:
            addresses: ["%s"]
            database: %s
            credentialsSecretRef: {name: clickhouse-secrets}
          auth:
            hmacSecretRef: {name: luminate-secrets, key: jwt-secret}
        """
            .formatted(name, address, database)
        + lines(lines);
  }

  /** Queries of tenant acme reach back so many hours. */
  static String quota(String cluster, int hours) {
    return """
        apiVersion: luminate.io/v1alpha1
        kind: TenantQuota
        metadata: {name: acme}
        spec:
          clusterRef: {name: %s}
          tenantId: acme
          queryLimits: {maxQueryTimeRange: %dh}
        """
        .formatted(cluster, hours);
  }

  /** Of all metrics that begin so. */
  static String policy(String name, String cluster, String pattern, String retention) {
    return """
        apiVersion: luminate.io/v1alpha1
        kind: RetentionPolicy
        metadata: {name: %s}
        spec:
          clusterRef: {name: %s}
          metricPattern: "%s"
          retention: %s
        """
        .formatted(name, cluster, pattern, retention);
  }

  private static String lines(String... lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append("  ").append(line).append('\n');
    }
    return text.toString();
  }
}
