// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What pods have beyond what they need. */
@Stored
public record PodSettings(
    @JsonPropertyDescription("More labels.") @Size(max = 64) Map<String, String> labels,
    @JsonPropertyDescription("More annotations.") @Size(max = 64) Map<String, String> annotations,
    @JsonPropertyDescription(
            "CPU and memory, as of containers; half of the requested memory or more is the heap. Absent: with rocksdb 1 CPU and 2Gi, with clickhouse half of it, and at most twice as much.")
        @Nullable ResourceRequirements resources,
    @JsonPropertyDescription("Labels of nodes.") @Size(max = 64) Map<String, String> nodeSelector,
    @JsonPropertyDescription("As of pods.") @Nullable Affinity affinity,
    @JsonPropertyDescription("As of pods.") @Size(max = 64) List<Toleration> tolerations,
    @JsonPropertyDescription("As of pods.") @Size(max = 16)
        List<TopologySpreadConstraint> topologySpreadConstraints,
    @JsonPropertyDescription("As of pods.")
        @Size(min = 1, max = Texts.OBJECT_NAME_MAX)
        @Pattern(Texts.OBJECT_NAME)
        @Nullable String priorityClassName,
    @JsonPropertyDescription(
            "A ServiceAccount that is there already. Absent: the operator makes one.")
        @Size(min = 1, max = Texts.OBJECT_NAME_MAX)
        @Pattern(Texts.OBJECT_NAME)
        @Nullable String serviceAccountName,
    @JsonPropertyDescription(
            "More variables of the environment, as of containers. One that is about what another field says is left out.")
        @Size(max = 128)
        List<EnvVar> env) {

  public PodSettings {
    labels = Copies.of(labels);
    annotations = Copies.of(annotations);
    nodeSelector = Copies.of(nodeSelector);
    tolerations = Copies.of(tolerations);
    topologySpreadConstraints = Copies.of(topologySpreadConstraints);
    env = Copies.of(env);
  }

  static PodSettings none() {
    return new PodSettings(
        Map.of(), Map.of(), null, Map.of(), null, List.of(), List.of(), null, null, List.of());
  }
}
