// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;

/** Pods by load, as a HorizontalPodAutoscaler has them; ClickHouse only. */
@Stored
@ValidationRule(
    value = "self.minReplicas <= self.maxReplicas",
    message = "minReplicas (3 unless it is set) must not be above maxReplicas",
    fieldPath = ".minReplicas")
public record Autoscaling(
    @JsonPropertyDescription("Pods at least.") @Default(Defaults.REPLICAS_MIN) @Min(1) @Max(1000)
        Integer minReplicas,
    @JsonPropertyDescription("Pods at most.") @Required @Min(1) @Max(1000) Integer maxReplicas,
    @JsonPropertyDescription(
            "Used part of the CPU that pods request, which their number is chosen for.")
        @Default(Defaults.CPU_PERCENT)
        @Min(1)
        @Max(1000)
        Integer targetCPUUtilizationPercentage) {

  public Autoscaling {
    minReplicas = Objects.requireNonNullElse(minReplicas, Integer.valueOf(Defaults.REPLICAS_MIN));
    targetCPUUtilizationPercentage =
        Objects.requireNonNullElse(
            targetCPUUtilizationPercentage, Integer.valueOf(Defaults.CPU_PERCENT));
  }
}
