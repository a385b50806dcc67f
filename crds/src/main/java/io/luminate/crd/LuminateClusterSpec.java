// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a cluster should be. */
@Stored
@ValidationRule(
    value = "self.backend == oldSelf.backend",
    message =
        "backend cannot be changed, as nothing moves points from one to the other; make a second LuminateCluster and let clients write to it",
    fieldPath = ".backend")
@ValidationRule(
    value = "has(self.auth)",
    message =
        "auth has to say who may ask: one of hmacSecretRef, publicKeySecretRef and jwks, or else enabled: false with allowAnonymous: true",
    fieldPath = ".auth")
@ValidationRule(
    value = "self.backend == 'rocksdb' || !has(self.rocksdb)",
    message = "rocksdb is for backend: rocksdb; take the section out",
    fieldPath = ".rocksdb")
@ValidationRule(
    value = "self.backend != 'clickhouse' || has(self.clickhouse)",
    message = "backend: clickhouse needs the section clickhouse, with addresses at least",
    fieldPath = ".clickhouse")
@ValidationRule(
    value = "self.backend == 'clickhouse' || !has(self.clickhouse)",
    message = "clickhouse is for backend: clickhouse; take the section out",
    fieldPath = ".clickhouse")
@ValidationRule(
    value = "self.backend != 'rocksdb' || !has(self.replicas) || self.replicas == 1",
    message =
        "with backend: rocksdb there is exactly one pod; leave replicas out or say 1, and take backend: clickhouse to scale",
    fieldPath = ".replicas")
@ValidationRule(
    value = "self.backend != 'rocksdb' || !has(self.autoscaling)",
    message =
        "with backend: rocksdb there is exactly one pod; take autoscaling out, and take backend: clickhouse to scale",
    fieldPath = ".autoscaling")
@ValidationRule(
    value = "!has(self.replicas) || !has(self.autoscaling)",
    message = "replicas and autoscaling exclude each other; take one of them out",
    fieldPath = ".replicas")
@ValidationRule(
    value = VolumeRules.SIZE_ONLY_GROWS,
    message =
        "rocksdb.storage.size only grows, as no volume can be made smaller (it is "
            + Defaults.VOLUME_SIZE
            + " where it is absent)",
    fieldPath = ".rocksdb.storage.size")
@ValidationRule(
    value = VolumeRules.CLASS_STAYS,
    message =
        "rocksdb.storage.storageClassName cannot be changed, set later or removed, as a volume keeps its class; make a second LuminateCluster",
    fieldPath = ".rocksdb.storage.storageClassName")
public record LuminateClusterSpec(
    @JsonPropertyDescription(
            "Where points are kept: rocksdb (one pod with a volume) or clickhouse. Cannot be changed.")
        @Required
        Backend backend,
    @JsonPropertyDescription("What the pods run. Absent: the operator's own version.")
        @Nullable ServerImage image,
    @JsonPropertyDescription(
            "Pods. Absent: 1 with rocksdb, which has no other number, and 3 with clickhouse.")
        @SpecReplicas
        @Min(1)
        @Max(1000)
        @Nullable Integer replicas,
    @JsonPropertyDescription("Pods by load, instead of replicas; clickhouse only.")
        @Nullable Autoscaling autoscaling,
    @JsonPropertyDescription(
            "Whether the operator leaves objects and pods as they are; it goes on with the status.")
        @Default(Defaults.NO)
        Boolean paused,
    @JsonPropertyDescription("The embedded store; with backend rocksdb only.")
        @Nullable RocksDb rocksdb,
    @JsonPropertyDescription("Where ClickHouse is; with backend clickhouse only, and needed there.")
        @Nullable ClickHouse clickhouse,
    @JsonPropertyDescription("Who may ask. Needed, as nothing is served to everybody by mistake.")
        Auth auth,
    @JsonPropertyDescription(
            "Limits of every tenant that has no quota of its own. Absent: the server's defaults.")
        @Nullable DefaultLimits limits,
    @JsonPropertyDescription("How long points are kept where no RetentionPolicy fits.")
        @Default(Defaults.EMPTY)
        RetentionDefaults retention,
    @JsonPropertyDescription("What pods have beyond what they need.") @Default(Defaults.EMPTY)
        PodSettings pod,
    @JsonPropertyDescription("The Service that clients use.") @Default(Defaults.EMPTY)
        ServiceSettings service,
    @JsonPropertyDescription("Who reaches the pods.") @Default(Defaults.EMPTY)
        NetworkPolicySettings networkPolicy,
    @JsonPropertyDescription("What Prometheus is told, where its operator is there.")
        @Default(Defaults.EMPTY)
        MonitoringSettings monitoring) {

  public LuminateClusterSpec {
    paused = Objects.requireNonNullElse(paused, false);
    retention =
        Objects.requireNonNullElse(
            retention, new RetentionDefaults(Defaults.RETENTION, Defaults.SHORTENING_GRACE));
    pod = Objects.requireNonNullElse(pod, PodSettings.none());
    service =
        Objects.requireNonNullElse(service, new ServiceSettings(ServiceType.CLUSTER_IP, Map.of()));
    networkPolicy =
        Objects.requireNonNullElse(
            networkPolicy, new NetworkPolicySettings(true, List.of(), List.of()));
    monitoring =
        Objects.requireNonNullElse(
            monitoring, new MonitoringSettings(true, Map.of(), Defaults.SCRAPE_INTERVAL));
  }
}
