// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** Limits of every tenant that has no TenantQuota, or whose quota does not say one. */
@Stored
public record DefaultLimits(
    @JsonPropertyDescription("How much may come at a time.") @Nullable RateLimits rateLimits,
    @JsonPropertyDescription("How many series there may be.")
        @Nullable CardinalityLimits cardinalityLimits,
    @JsonPropertyDescription("What one query may take.") @Nullable QueryLimits queryLimits) {}
