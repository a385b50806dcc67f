// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.e2e.cluster.TestNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Resources that are stored under one version of the definitions and have to be valid under the
 * next: every example of the repository, and some that have all their fields at a bound.
 */
final class StoredBefore {
  private static final String CLUSTER_LONGEST = "c".repeat(40);

  private static final String LIMITS_MOST =
      """
      rateLimits: {writeRequestsPerSecond: 1000000000, queryRequestsPerSecond: 1000000000,
        metricsPerSecond: 1000000000, concurrentQueries: 10000}
      cardinalityLimits: {maxMetricsPerTenant: 1000000000,
        maxUniqueSeriesPerMetric: 1000000000, overflow: fold}
      queryLimits: {maxQueryTimeout: 1h, defaultQueryTimeout: 60m, maxQueryTimeRange: 36500d,
        maxResultPoints: 1000000, maxGroupByCardinality: 1000000}
      """;

  private static final String LIMITS_LEAST =
      """
      rateLimits: {writeRequestsPerSecond: 0, queryRequestsPerSecond: 0,
        metricsPerSecond: 0, concurrentQueries: 0}
      cardinalityLimits: {maxMetricsPerTenant: 0,
        maxUniqueSeriesPerMetric: 0, overflow: reject}
      queryLimits: {maxQueryTimeout: 1ms, defaultQueryTimeout: 1ms, maxQueryTimeRange: 1000ms,
        maxResultPoints: 1, maxGroupByCardinality: 1}
      """;

  /** Paused, as no cluster is to come of it. */
  private static final String ROCKSDB =
      """
      apiVersion: luminate.io/v1alpha1
      kind: LuminateCluster
      metadata: {name: %s}
      spec:
        backend: rocksdb
        paused: true
        image: {name: "%s", pullPolicy: Never, pullSecrets: [%s]}
        replicas: 1
        rocksdb: {storage: {size: 64Ti, storageClassName: "", deletionPolicy: Delete}}
        auth: {tokenExpiry: 36500d, hmacSecretRef: {name: %s, key: %s}}
        retention: {default: 36500d, shorteningGrace: 30d}
        service: {type: LoadBalancer}
        networkPolicy: {enabled: false}
        monitoring: {enabled: false, interval: 1h}
        limits:
      """
          .formatted(
              CLUSTER_LONGEST,
              "i".repeat(512),
              numbered("{name: s%d}", 16),
              "s".repeat(253),
              "k".repeat(253));

  private static final String CLICKHOUSE =
      """
      apiVersion: luminate.io/v1alpha1
      kind: LuminateCluster
      metadata: {name: c}
      spec:
        backend: clickhouse
        paused: true
        autoscaling: {minReplicas: 1, maxReplicas: 1000, targetCPUUtilizationPercentage: 1}
        clickhouse: {addresses: [%s, %s], database: %s, cluster: %s}
        auth: {enabled: false, allowAnonymous: true, tokenExpiry: 1s}
        retention: {default: 1h, shorteningGrace: 0ms}
        monitoring: {interval: 1000ms}
        limits:
      """
          .formatted("a".repeat(512), numbered("a%d", 255), "d".repeat(64), "e".repeat(64));

  private static final String POLICY =
      """
      apiVersion: luminate.io/v1alpha1
      kind: RetentionPolicy
      metadata: {name: %s}
      spec: {clusterRef: {name: %s}, tenantId: %s, metricPattern: %s, retention: %s}
      """;

  private static final String QUOTA =
      """
      apiVersion: luminate.io/v1alpha1
      kind: TenantQuota
      metadata: {name: %s}
      spec:
        clusterRef: {name: %s}
        tenantId: %s
      """;

  private static final PatchContext APPLY = apply().build();
  private static final PatchContext TRY = apply().withDryRun(List.of("All")).build();

  private final TestNamespace namespace;
  private final List<GenericKubernetesResource> objects;

  private StoredBefore(TestNamespace namespace, List<GenericKubernetesResource> objects) {
    this.namespace = namespace;
    this.objects = objects;
  }

  /** Under the definitions of now. */
  static StoredBefore in(TestNamespace namespace, Path examples) throws IOException {
    StoredBefore stored = new StoredBefore(namespace, objects(namespace, examples));
    assertThat(stored.objects).hasSizeGreaterThanOrEqualTo(10);
    stored.objects.forEach(object -> namespace.client().resource(object).patch(APPLY, object));
    return stored;
  }

  /**
   * Of an object that is there a server lets pass what was wrong in it before, so each is tried as
   * a new one too.
   */
  void assertStillValid() {
    for (GenericKubernetesResource object : objects) {
      GenericKubernetesResource live = namespace.client().resource(object).require();
      GenericKubernetesResource labelled =
          namespace
              .client()
              .resource(live)
              .patch(
                  PatchContext.of(PatchType.JSON_MERGE),
                  "{\"metadata\": {\"labels\": {\"example.com/seen\": \"yes\"}}}");
      assertThat(labelled.<Object>get("spec")).isEqualTo(live.<Object>get("spec"));

      String name = object.getMetadata().getName();
      object.getMetadata().setName(name.length() == 40 ? name.replace('c', 'n') : "new-" + name);
      namespace.client().resource(object).patch(TRY, object);
    }
  }

  private static PatchContext.Builder apply() {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager("kubectl")
        .withFieldValidation("Strict");
  }

  private static List<GenericKubernetesResource> objects(TestNamespace namespace, Path examples)
      throws IOException {
    try (Stream<Path> files = Files.list(examples)) {
      List<String> texts = files.sorted().map(StoredBefore::read).toList();
      return Stream.concat(texts.stream(), bounds())
          .flatMap(text -> Stream.of(text.split("(?m)^---$")))
          .map(yaml -> Serialization.unmarshal(yaml, GenericKubernetesResource.class))
          .peek(object -> object.getMetadata().setNamespace(namespace.name()))
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> bounds() {
    String tenant = "t".repeat(128);
    return Stream.of(
        ROCKSDB + LIMITS_MOST.indent(4),
        CLICKHOUSE + LIMITS_LEAST.indent(4),
        POLICY.formatted("most", CLUSTER_LONGEST, tenant, "m".repeat(255) + "_", "36500d"),
        POLICY.formatted("least", "c", "t", "\"*\"", "1h"),
        QUOTA.formatted("most", CLUSTER_LONGEST, tenant) + LIMITS_MOST.indent(2),
        QUOTA.formatted("least", "c", "t") + LIMITS_LEAST.indent(2));
  }

  private static String numbered(String format, int number) {
    return IntStream.range(0, number).mapToObj(format::formatted).collect(Collectors.joining(", "));
  }
}
