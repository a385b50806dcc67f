// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.TenantQuota;
import io.luminate.crd.TenantQuotaSpec;
import io.luminate.kube.testkit.ApiServer;
import io.luminate.operator.document.Verdict;
import io.luminate.operator.objects.PodFiles;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More quotas than a document has room for, on a real API server, which has bounds of its own. */
final class FullDocumentTest {
  private static final int GZIP_BYTES_MAX = 900 << 10;
  private static final String TENANT_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final long SEED = 17;

  private final KubernetesClient kubernetes =
      new KubernetesClientBuilder()
          .withConfig(Config.fromKubeconfig(ApiServer.shared().access().kubeconfig()))
          .build();
  private final LuminateCluster cluster = TestCluster.cluster();
  private final Publisher publisher =
      new Publisher(kubernetes, InstantSource.fixed(Instant.parse("2026-03-11T12:00:00Z")));
  private final Random random = new Random(SEED);

  @AfterEach
  void close() {
    publisher.close();
    kubernetes.close();
  }

  @Test
  void quotasPastTheBound_areRefused_whileAllOthersGoOn() {
    cluster.getMetadata().setNamespace(newNamespace());
    List<TenantQuota> quotas = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      quotas.add(quota(i, 1));
    }
    Publication first = publish(quotas);
    int fitting = (int) accepted(first);
    assertThat(fitting).as("seed %s", SEED).isBetween(7_000, 9_500);
    assertThat(first.next().quotas().get(name(fitting)))
        .isEqualTo(new Verdict.DocumentFull(GZIP_BYTES_MAX));
    assertThat(documentBytes()).isBetween(GZIP_BYTES_MAX - 1024, GZIP_BYTES_MAX);

    quotas.set(5, with(quotas.get(5), 2));
    quotas.add(quota(10_000, 1));
    Publication second = publish(quotas);
    assertThat(second.next().document().version()).isEqualTo(2);
    assertThat(accepted(second)).isBetween(fitting - 2L, fitting + 2L);
    assertThat(second.next().quotas().get(name(5))).isInstanceOf(Verdict.Accepted.class);
    assertThat(second.next().quotas().get(name(10_000))).isInstanceOf(Verdict.DocumentFull.class);

    quotas.subList(0, 10).clear();
    assertThat(publish(quotas).next().quotas().get(name(fitting)))
        .as("who waits longest has the room of those who go")
        .isInstanceOf(Verdict.Accepted.class);
  }

  private Publication publish(List<TenantQuota> quotas) {
    Publication done =
        publisher.publish(
            new PublishingRequest(cluster, quotas, List.of(), List.of(), List.of(), 1));
    assertThat(done.outcome()).isEqualTo(new Outcome.Published());
    return done;
  }

  private static long accepted(Publication publication) {
    return publication.next().quotas().values().stream()
        .filter(Verdict.Accepted.class::isInstance)
        .count();
  }

  /** Of the ConfigMap, as the API server has it. */
  private int documentBytes() {
    ConfigMap live =
        kubernetes
            .configMaps()
            .inNamespace(cluster.getMetadata().getNamespace())
            .withName("main-limits")
            .require();
    return Base64.getDecoder().decode(live.getBinaryData().get(PodFiles.LIMITS_KEY)).length;
  }

  private String newNamespace() {
    String name = "publishing-" + UUID.randomUUID();
    kubernetes
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return name;
  }

  /** The lower its number, the older; its tenant is what no gzip makes much shorter. */
  private TenantQuota quota(int number, int metricsPerSecond) {
    StringBuilder tenant = new StringBuilder();
    random
        .ints(128, 0, TENANT_CHARACTERS.length())
        .forEach(one -> tenant.append(TENANT_CHARACTERS.charAt(one)));
    TenantQuota quota = new TenantQuota();
    quota.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(cluster.getMetadata().getNamespace())
            .withName(name(number))
            .withCreationTimestamp(
                Instant.parse("2026-03-01T12:00:00Z").plus(Duration.ofSeconds(number)).toString())
            .build());
    quota.setSpec(spec(tenant.toString(), metricsPerSecond));
    return quota;
  }

  private static TenantQuota with(TenantQuota quota, int metricsPerSecond) {
    TenantQuota changed = new TenantQuota();
    changed.setMetadata(quota.getMetadata());
    changed.setSpec(spec(quota.getSpec().tenantId(), metricsPerSecond));
    return changed;
  }

  private static TenantQuotaSpec spec(String tenant, int metricsPerSecond) {
    return Serialization.unmarshal(
        "{\"clusterRef\": {\"name\": \"main\"}, \"tenantId\": \"%s\", \"rateLimits\": {\"metricsPerSecond\": %d}}"
            .formatted(tenant, metricsPerSecond),
        TenantQuotaSpec.class);
  }

  private static String name(int number) {
    return "quota-%05d".formatted(number);
  }
}
