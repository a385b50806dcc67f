// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.publishing;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.LuminateClusterSpec;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.RetentionPolicySpec;
import io.luminate.crd.TenantQuota;
import io.luminate.crd.TenantQuotaSpec;
import io.luminate.operator.document.PublishedDocument;
import io.luminate.operator.objects.ObjectNames;
import io.luminate.operator.objects.PodFiles;
import io.luminate.operator.publishing.InternalToken;
import io.luminate.operator.publishing.PublishingRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A cluster with a quota of one tenant, and what of it is in Kubernetes. */
final class Namespace {
  private static final String NAME = "metrics";
  private static final String CLUSTER = "main";

  private final KubernetesClient kubernetes;
  private final String clusterUid;
  private final List<Pod> pods = new ArrayList<>();

  Namespace(KubernetesClient kubernetes, String clusterUid) {
    this.kubernetes = kubernetes;
    this.clusterUid = clusterUid;
    kubernetes.configMaps().inNamespace(NAME).withName(CLUSTER + "-limits").delete();
    kubernetes.secrets().inNamespace(NAME).withName(CLUSTER + "-internal").delete();
  }

  /** A ready pod, in the so-manieth run of its container. */
  void pod(String ip, int run) {
    pod(ip, run, "2026-03-11T12:00:00Z");
  }

  /** A pod that has been ready since then. */
  void pod(String ip, int run, String since) {
    pods.removeIf(pod -> pod.getStatus().getPodIP().equals(ip));
    pods.add(
        new PodBuilder()
            .withMetadata(owned(meta("pod-" + ip), "set-uid"))
            .withNewStatus()
            .withPodIP(ip)
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .withLastTransitionTime(since)
            .endCondition()
            .addNewContainerStatus()
            .withName("server")
            .withContainerID("containerd://%s-%s-%d".formatted(clusterUid, ip, run))
            .endContainerStatus()
            .endStatus()
            .build());
  }

  void notReady(String ip) {
    pods.removeIf(pod -> pod.getStatus().getPodIP().equals(ip));
  }

  /** With this many points a second for tenant acme. */
  PublishingRequest request(int metricsPerSecond) {
    return request(metricsPerSecond, "{\"backend\": \"clickhouse\"}");
  }

  PublishingRequest paused(int metricsPerSecond) {
    return request(metricsPerSecond, "{\"backend\": \"clickhouse\", \"paused\": true}");
  }

  private PublishingRequest request(int metricsPerSecond, String spec) {
    LuminateCluster cluster = new LuminateCluster();
    cluster.setMetadata(meta(CLUSTER));
    cluster.getMetadata().setUid(clusterUid);
    cluster.setSpec(Serialization.unmarshal(spec, LuminateClusterSpec.class));
    TenantQuota quota = new TenantQuota();
    quota.setMetadata(meta("acme"));
    quota.setSpec(
        Serialization.unmarshal(
            """
            {"clusterRef": {"name": "main"}, "tenantId": "acme",
             "rateLimits": {"metricsPerSecond": %d}}"""
                .formatted(metricsPerSecond),
            TenantQuotaSpec.class));
    RetentionPolicy policy = new RetentionPolicy();
    policy.setMetadata(meta("debug"));
    policy.setSpec(
        Serialization.unmarshal(
            """
            {"clusterRef": {"name": "main"}, "metricPattern": "debug_*", "retention": "7d"}""",
            RetentionPolicySpec.class));
    StatefulSet set = new StatefulSet();
    set.setMetadata(owned(meta("main"), clusterUid));
    set.getMetadata().setUid("set-uid");
    List<HasMetadata> workloads = List.of(set);
    return new PublishingRequest(cluster, List.of(quota), List.of(policy), pods, workloads, 2);
  }

  private static ObjectMeta meta(String name) {
    return new ObjectMetaBuilder()
        .withNamespace(NAME)
        .withName(name)
        .withUid(name + "-uid")
        .withCreationTimestamp("2026-03-01T12:00:00Z")
        .build();
  }

  private static ObjectMeta owned(ObjectMeta meta, String ownerUid) {
    return new ObjectMetaBuilder(meta)
        .addNewOwnerReference()
        .withUid(ownerUid)
        .withController(true)
        .endOwnerReference()
        .build();
  }

  Optional<ConfigMap> configMap() {
    return Optional.ofNullable(
        kubernetes
            .configMaps()
            .inNamespace(NAME)
            .withName(new ObjectNames(CLUSTER).limits())
            .get());
  }

  PublishedDocument published() {
    String base64 = configMap().orElseThrow().getBinaryData().get(PodFiles.LIMITS_KEY);
    return PublishedDocument.read(Base64.getDecoder().decode(base64));
  }

  private Secret secret() {
    return kubernetes
        .secrets()
        .inNamespace(NAME)
        .withName(new ObjectNames(CLUSTER).internal())
        .get();
  }

  /** The Secret as files. */
  Map<String, String> tokenFiles() {
    Map<String, String> files = new TreeMap<>();
    secret()
        .getData()
        .forEach(
            (name, base64) ->
                files.put(
                    name, new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8)));
    return files;
  }

  /** As {@code kubectl annotate secret main-internal luminate.io/rotate=true}. */
  void askForAnotherToken() {
    Secret secret = secret();
    secret.getMetadata().getAnnotations().put(InternalToken.ROTATE_ANNOTATION, "true");
    kubernetes.resource(secret).update();
  }

  void loseSecret() {
    kubernetes.resource(secret()).delete();
  }

  void loseConfigMap() {
    kubernetes.resource(configMap().orElseThrow()).delete();
  }
}
