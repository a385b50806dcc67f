// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a cluster is. */
@Stored
public record LuminateClusterStatus(
    @JsonPropertyDescription("The generation of the resource that this status is about.") @Min(0)
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Pods there are.") @StatusReplicas @Min(0) @Nullable Integer replicas,
    @JsonPropertyDescription("Pods that are ready.") @Min(0) @Nullable Integer readyReplicas,
    @JsonPropertyDescription("Labels of the pods, as a text, for whoever scales.")
        @LabelSelector
        @Size(max = 1024)
        @Nullable String selector,
    @JsonPropertyDescription("Version that the pods run.") @Size(max = 256)
        @Nullable String version,
    @JsonPropertyDescription("Version of the limits document that was published last.") @Min(0)
        @Nullable Long configVersion,
    @JsonPropertyDescription("Pods that confirmed it.") @Min(0) @Nullable Integer configAppliedPods,
    @JsonPropertyDescription("What is known about the resource, each type once.") @Size(max = 32)
        List<StatusCondition> conditions) {

  public LuminateClusterStatus {
    conditions = Copies.of(conditions);
  }
}
