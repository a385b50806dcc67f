// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.TenantQuota;
import io.luminate.crd.TenantQuotaSpec;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestImages;
import io.luminate.e2e.cluster.TestNamespace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** As many resources as one operator is meant for, among many more Secrets that are nobody's. */
@OnKubernetes
@Isolated("it says what memory an operator takes")
final class ManyClustersE2E {
  private static final Logger LOG = LoggerFactory.getLogger(ManyClustersE2E.class);

  private static final int CLUSTERS = 500;
  private static final int QUOTAS = 2_000;
  private static final int SECRETS = 5_000;
  private static final int WRITERS = 8;
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  /** Below what its container requests, as of MB that have a million bytes. */
  private static final long RESIDENT_BYTES_MAX = 256_000_000;

  private static final double MB = 1e6;

  @Test
  @Tag("soak")
  void manyClusters_fitIntoTheMemoryThatIsRequested(TestNamespace namespace) throws Exception {
    InstalledOperator operator = InstalledOperator.in(namespace, TestImages.OPERATOR_AS_INSTALLED);
    long idle = operator.residentMaxBytes();
    Cluster.createSecret(namespace);
    create(namespace, SECRETS, ManyClustersE2E::foreign);
    create(namespace, CLUSTERS, ManyClustersE2E::cluster);
    create(namespace, QUOTAS, ManyClustersE2E::quota);
    Instant since = Instant.now();
    await(() -> unseenClusters(namespace) == 0 && unseenQuotas(namespace) == 0);
    Duration caughtUp = Duration.between(since, Instant.now());
    await(() -> operator.metrics().contains("luminate_operator_queue_waiting 0.0"));

    Cluster one = new Cluster(namespace, "c-250");
    Instant changed = Instant.now();
    one.apply(text("c-250", "service: {annotations: {example.com/a: b}}"));
    await(() -> isAnnotated(namespace));
    Duration change = Duration.between(changed, Instant.now());
    long most = operator.residentMaxBytes();
    operator
        .metrics()
        .lines()
        .filter(line -> line.matches("luminate_operator_(reconciliations|queue).*"))
        .forEach(LOG::warn);
    LOG.warn(
        "{} clusters, {} quotas, {} foreign Secrets: {} MB at most, {} MB when idle; caught up"
            + " {} s after the last was made; a change of one took {} ms",
        CLUSTERS,
        QUOTAS,
        SECRETS,
        most / MB,
        idle / MB,
        caughtUp.toSeconds(),
        change.toMillis());
    assertThat(most).isLessThanOrEqualTo(RESIDENT_BYTES_MAX);
    assertThat(change).isLessThan(Duration.ofSeconds(30));
  }

  private static void create(
      TestNamespace namespace, int number, IntFunction<? extends HasMetadata> make)
      throws Exception {
    try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      List<? extends Future<?>> all =
          IntStream.range(0, number)
              .mapToObj(i -> writers.submit(() -> namespace.create(make.apply(i))))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    Instant last = Instant.now().plus(PATIENCE);
    while (!condition.call()) {
      assertThat(Instant.now()).isBefore(last);
      Thread.sleep(500);
    }
  }

  private static long unseenClusters(TestNamespace namespace) {
    return namespace
        .client()
        .resources(LuminateCluster.class)
        .inNamespace(namespace.name())
        .list()
        .getItems()
        .stream()
        .filter(
            one ->
                one.getStatus().conditions().stream()
                    .noneMatch(condition -> condition.reason().equals("PodUnschedulable")))
        .count();
  }

  private static long unseenQuotas(TestNamespace namespace) {
    return namespace
        .client()
        .resources(TenantQuota.class)
        .inNamespace(namespace.name())
        .list()
        .getItems()
        .stream()
        .filter(one -> !Cluster.reason(one.getStatus().conditions(), "Accepted").equals("Accepted"))
        .count();
  }

  private static boolean isAnnotated(TestNamespace namespace) {
    return "b"
        .equals(
            namespace
                .client()
                .services()
                .inNamespace(namespace.name())
                .withName("c-250")
                .require()
                .getMetadata()
                .getAnnotations()
                .get("example.com/a"));
  }

  /** As large as a Helm release that is small. */
  private static HasMetadata foreign(int number) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName("foreign-" + number)
        .endMetadata()
        .withStringData(Map.of("value", "x".repeat(4_096)))
        .build();
  }

  private static String text(String name, String... lines) {
    return Texts.rocksDb(
        name, "pod: {nodeSelector: {example.com/none: \"true\"}}", String.join("\n  ", lines));
  }

  private static HasMetadata cluster(int number) {
    return Serialization.unmarshal(text("c-" + number), LuminateCluster.class);
  }

  private static HasMetadata quota(int number) {
    TenantQuota quota = new TenantQuota();
    quota.setMetadata(new ObjectMetaBuilder().withName("q-" + number).build());
    quota.setSpec(
        Serialization.unmarshal(
            "clusterRef: {name: c-%d}\ntenantId: tenant-%d\nrateLimits: {metricsPerSecond: 5}"
                .formatted(number % CLUSTERS, number),
            TenantQuotaSpec.class));
    return quota;
  }
}
