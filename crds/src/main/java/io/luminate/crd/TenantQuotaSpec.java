// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What one tenant may have of a cluster. What is absent is the cluster's default. */
@Stored
@ValidationRule(
    value = "self.clusterRef == oldSelf.clusterRef",
    message =
        "clusterRef cannot be changed; make a TenantQuota for the other cluster, then delete this one",
    fieldPath = ".clusterRef")
@ValidationRule(
    value = "self.tenantId == oldSelf.tenantId",
    message =
        "tenantId cannot be changed; make a TenantQuota for the other tenant, then delete this one",
    fieldPath = ".tenantId")
public record TenantQuotaSpec(
    @JsonPropertyDescription("Of which cluster; cannot be changed.") @Required
        ClusterRef clusterRef,
    @JsonPropertyDescription("Of which tenant; cannot be changed.")
        @Required
        @Size(min = 1, max = Texts.TENANT_MAX)
        @Pattern(Texts.TENANT)
        @ValidationRule(value = Texts.IS_TENANT, message = Texts.TENANT_MESSAGE)
        String tenantId,
    @JsonPropertyDescription("How much may come at a time.") @Nullable RateLimits rateLimits,
    @JsonPropertyDescription("How many series there may be.")
        @Nullable CardinalityLimits cardinalityLimits,
    @JsonPropertyDescription("What one query may take.") @Nullable QueryLimits queryLimits) {}
