// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a policy counts, and how far its points are freed. */
@Stored
public record RetentionPolicyStatus(
    @JsonPropertyDescription("The generation of the resource that this status is about.") @Min(0)
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Version of the limits document that has this resource.") @Min(0)
        @Nullable Long version,
    @JsonPropertyDescription(
            "Name of the policy that counts instead, for the same tenant and pattern.")
        @Size(max = Texts.OBJECT_NAME_MAX)
        @Nullable String supersededBy,
    @JsonPropertyDescription("Parts that ClickHouse has yet to look through.") @Min(0)
        @Nullable Long partsToDo,
    @JsonPropertyDescription("What is known about the resource, each type once.") @Size(max = 32)
        List<StatusCondition> conditions) {

  public RetentionPolicyStatus {
    conditions = Copies.of(conditions);
  }
}
