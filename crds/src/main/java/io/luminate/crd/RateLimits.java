// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/**
 * How much may come at a time. Absent: the default of the cluster, or of the server; 0 refuses all.
 */
@Stored
public record RateLimits(
    @JsonPropertyDescription("Writes per second. 0 refuses all.") @Min(0) @Max(1_000_000_000)
        @Nullable Long writeRequestsPerSecond,
    @JsonPropertyDescription("Requests per second other than writes. 0 refuses all.")
        @Min(0)
        @Max(1_000_000_000)
        @Nullable Long queryRequestsPerSecond,
    @JsonPropertyDescription("Points per second. 0 refuses all.") @Min(0) @Max(1_000_000_000)
        @Nullable Long metricsPerSecond,
    @JsonPropertyDescription(
            "Queries, discovery and deletes at work at the same time. 0 refuses all.")
        @Min(0)
        @Max(10_000)
        @Nullable Integer concurrentQueries) {}
