// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** How many series there may be. Absent: the default of the cluster, or of the server. */
@Stored
public record CardinalityLimits(
    @JsonPropertyDescription(
            "Series of one metric that have retained points. Existing ones keep flowing; 0 refuses all new.")
        @Min(0)
        @Max(1_000_000_000)
        @Nullable Long maxUniqueSeriesPerMetric,
    @JsonPropertyDescription(
            "Metrics that have retained points. Existing ones keep flowing; 0 refuses all new.")
        @Min(0)
        @Max(1_000_000_000)
        @Nullable Long maxMetricsPerTenant,
    @JsonPropertyDescription(
            "What becomes of a new series past maxUniqueSeriesPerMetric: it is refused, or stored under a reserved value.")
        @Nullable Overflow overflow) {}
