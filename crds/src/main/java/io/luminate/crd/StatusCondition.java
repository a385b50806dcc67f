// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One thing that is known about a resource, as all of Kubernetes says it. */
@Stored
public record StatusCondition(
    @JsonPropertyDescription("What is known.")
        @Required
        @Size(min = 1, max = 316)
        @Pattern("^[A-Za-z]([-A-Za-z0-9_.]*[A-Za-z0-9])?$")
        String type,
    @JsonPropertyDescription("Whether it holds.") @Required ConditionStatus status,
    @JsonPropertyDescription("The generation of the resource that this is about.") @Min(0)
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("When its status last became another, by RFC 3339.")
        @Required
        @Size(min = 1, max = 64)
        @Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*$")
        String lastTransitionTime,
    @JsonPropertyDescription("Why, in one word for programs.")
        @Required
        @Size(min = 1, max = 1024)
        @Pattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")
        String reason,
    @JsonPropertyDescription("Why, in a sentence for people.")
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Required
        @Size(max = 32768)
        String message) {}
