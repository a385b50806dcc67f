// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.LuminateClusterStatus;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.StatusCondition;
import io.luminate.crd.TenantQuota;
import io.luminate.operator.document.DocumentSources;
import io.luminate.operator.document.NextDocument;
import io.luminate.operator.objects.SecretValue;
import io.luminate.operator.publishing.Outcome;
import io.luminate.operator.publishing.PodReport;
import io.luminate.operator.publishing.Publication;
import io.luminate.operator.publishing.RetentionProgress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Observations, each with what it has of others by default: a cluster with all well. */
final class Observed {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final Instant LATER = NOW.plusSeconds(90);

  /** To parse YAML takes far longer than all else that a test makes of it. */
  private static final Map<String, JsonNode> PARSED = new ConcurrentHashMap<>();

  LuminateCluster cluster = cluster("");
  Optional<HasMetadata> workload = Optional.of(deployment(3, 3, 3, 3));
  List<Pod> pods = List.of();
  LastPass lastPass = published(applied("main-1"), applied("main-2"));
  List<ObjectFault> conflicts = List.of();
  List<ObjectFault> refusals = List.of();
  List<SecretValue> missingSecrets = List.of();
  List<String> ignoredVariables = List.of();
  Optional<VolumeGrowth> claim = Optional.empty();
  StorageHealth storage = StorageHealth.answers();
  Optional<String> notCreated = Optional.empty();

  ClusterObservation observation() {
    return new ClusterObservation(
        cluster,
        workload,
        pods,
        lastPass,
        conflicts,
        refusals,
        missingSecrets,
        ignoredVariables,
        claim,
        storage,
        notCreated);
  }

  LuminateClusterStatus status() {
    return ClusterStatus.of(observation(), NOW);
  }

  /** Another object each time. */
  private static <T> T read(String yaml, Class<T> type) {
    JsonNode parsed =
        PARSED.computeIfAbsent(yaml, text -> Serialization.unmarshal(text, JsonNode.class));
    return Serialization.jsonMapper().convertValue(parsed, type);
  }

  static LuminateCluster cluster(String moreSpec) {
    return read(
        """
        apiVersion: luminate.io/v1alpha1
        kind: LuminateCluster
        metadata: {name: main, namespace: metrics, uid: cluster-uid, generation: 7}
        spec: {backend: clickhouse, clickhouse: {addresses: ["ch:8123"]}, %s
          auth: {enabled: false, allowAnonymous: true}}
        """
            .formatted(moreSpec.isEmpty() ? "" : moreSpec + ","),
        LuminateCluster.class);
  }

  static RetentionPolicy policy(String name, String pattern) {
    return read(
        """
        apiVersion: luminate.io/v1alpha1
        kind: RetentionPolicy
        metadata: {name: %s, namespace: metrics, uid: %s-uid, generation: 2, creationTimestamp: "2026-03-01T10:00:00Z"}
        spec: {clusterRef: {name: main}, metricPattern: "%s", retention: 7d}
        """
            .formatted(name, name, pattern),
        RetentionPolicy.class);
  }

  static TenantQuota quota(String name, String tenant) {
    return read(
        """
        apiVersion: luminate.io/v1alpha1
        kind: TenantQuota
        metadata: {name: %s, namespace: metrics, uid: %s-uid, generation: 2, creationTimestamp: "2026-03-01T10:00:00Z"}
        spec: {clusterRef: {name: main}, tenantId: %s, rateLimits: {concurrentQueries: 5}}
        """
            .formatted(name, name, tenant),
        TenantQuota.class);
  }

  static Deployment deployment(int desired, int replicas, int ready, int updated) {
    return read(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: main, namespace: metrics, generation: 4}
        spec:
          replicas: %d
          template: {spec: {containers: [{name: server, image: "ghcr.io:443/luminate/server:0.1.0"}]}}
        status: {observedGeneration: 4, replicas: %d, readyReplicas: %d, updatedReplicas: %d}
        """
            .formatted(desired, replicas, ready, updated),
        Deployment.class);
  }

  /** A pod with this status, as YAML in one line. */
  static Pod pod(String name, String status) {
    return read(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: metrics}
        status: %s
        """
            .formatted(name, status),
        Pod.class);
  }

  static PodReport report(String pod, PodReport.State state) {
    return new PodReport(pod, state, Optional.empty(), Optional.empty());
  }

  static PodReport applied(String pod) {
    return report(pod, new PodReport.State.Applied());
  }

  static PodReport applied(String pod, RetentionProgress progress) {
    return new PodReport(
        pod, new PodReport.State.Applied(), Optional.empty(), Optional.of(progress));
  }

  static NextDocument document(List<TenantQuota> quotas, List<RetentionPolicy> policies) {
    return NextDocument.of(
        new DocumentSources(cluster(""), quotas, policies, Optional.empty(), List.of(), NOW));
  }

  static LastPass published(PodReport... pods) {
    return pass(new Outcome.Published(), document(List.of(), List.of()), pods);
  }

  static LastPass pass(Outcome outcome, NextDocument next, PodReport... pods) {
    boolean isKnown = !(outcome instanceof Outcome.Overtaken);
    return new LastPass.Done(
        new Publication(
            outcome,
            next,
            Optional.of(next.document()).filter(_ -> isKnown),
            List.of(),
            List.of(pods),
            Optional.empty()));
  }

  static StatusCondition condition(List<StatusCondition> all, String type) {
    return all.stream().filter(one -> one.type().equals(type)).findFirst().orElseThrow();
  }

  /** As {@code True/Serving}. */
  static String said(List<StatusCondition> all, String type) {
    StatusCondition one = condition(all, type);
    String status = Serialization.jsonMapper().valueToTree(one.status()).textValue();
    return status + "/" + one.reason();
  }
}
