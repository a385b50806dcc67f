// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What one query may take. Absent: the default of the cluster, or of the server. */
@Stored
@ValidationRule(
    value =
        "!has(self.defaultQueryTimeout) || !has(self.maxQueryTimeout)"
            + " || !self.defaultQueryTimeout.matches('"
            + Texts.SHORT_DURATION
            + "') || !self.maxQueryTimeout.matches('"
            + Texts.SHORT_DURATION
            + "') || duration(self.defaultQueryTimeout) <= duration(self.maxQueryTimeout)",
    message = "defaultQueryTimeout must not be longer than maxQueryTimeout",
    fieldPath = ".defaultQueryTimeout")
public record QueryLimits(
    @JsonPropertyDescription("Longest time that a query may ask for, from 1ms to 1h.")
        @Size(max = Texts.DURATION_MAX)
        @Pattern(Texts.SHORT_DURATION)
        @ValidationRule(
            value = Texts.HOUR_MAX,
            message = "must be from 1ms to 1h, a whole number and a unit, such as 30s")
        @Nullable String maxQueryTimeout,
    @JsonPropertyDescription("Time of a query that does not ask for one, from 1ms to 1h.")
        @Size(max = Texts.DURATION_MAX)
        @Pattern(Texts.SHORT_DURATION)
        @ValidationRule(
            value = Texts.HOUR_MAX,
            message = "must be from 1ms to 1h, a whole number and a unit, such as 30s")
        @Nullable String defaultQueryTimeout,
    @JsonPropertyDescription("Longest range of time of a query, from 1s to 36500d.")
        @Size(max = Texts.DURATION_MAX)
        @Pattern(Texts.DURATION)
        @ValidationRule(
            value = Texts.SECOND_TO_CENTURY,
            message = "must be from 1s to 36500d, a whole number and a unit, such as 24h")
        @Nullable String maxQueryTimeRange,
    @JsonPropertyDescription("Rows of a reply.") @Min(1) @Max(1_000_000)
        @Nullable Integer maxResultPoints,
    @JsonPropertyDescription("Groups of a reply; any number is computed.") @Min(1) @Max(1_000_000)
        @Nullable Integer maxGroupByCardinality) {}
