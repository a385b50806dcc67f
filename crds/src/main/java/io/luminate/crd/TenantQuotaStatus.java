// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a quota counts, and where. */
@Stored
public record TenantQuotaStatus(
    @JsonPropertyDescription("The generation of the resource that this status is about.") @Min(0)
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Version of the limits document that has this resource.") @Min(0)
        @Nullable Long version,
    @JsonPropertyDescription("Pods that confirmed it.") @Min(0) @Nullable Integer podsApplied,
    @JsonPropertyDescription("Pods there are to confirm it.") @Min(0) @Nullable Integer podsTotal,
    @JsonPropertyDescription("What is known about the resource, each type once.") @Size(max = 32)
        List<StatusCondition> conditions) {

  public TenantQuotaStatus {
    conditions = Copies.of(conditions);
  }
}
