// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How long points of some metrics are kept. */
@Stored
@ValidationRule(
    value = "self.clusterRef == oldSelf.clusterRef",
    message =
        "clusterRef cannot be changed; make a RetentionPolicy for the other cluster, then delete this one",
    fieldPath = ".clusterRef")
@ValidationRule(
    value =
        "has(self.tenantId) == has(oldSelf.tenantId) && (!has(self.tenantId) || self.tenantId == oldSelf.tenantId)",
    message =
        "tenantId cannot be changed, set later or removed; make a RetentionPolicy for the other tenant, then delete this one",
    fieldPath = ".tenantId")
public record RetentionPolicySpec(
    @JsonPropertyDescription("Of which cluster; cannot be changed.") @Required
        ClusterRef clusterRef,
    @JsonPropertyDescription(
            "Of which tenant; cannot be changed, set later or removed. Absent: of every tenant.")
        @Size(min = 1, max = Texts.TENANT_MAX)
        @Pattern(Texts.TENANT)
        @ValidationRule(value = Texts.IS_TENANT, message = Texts.TENANT_MESSAGE)
        @Nullable String tenantId,
    @JsonPropertyDescription("Names of metrics; the only wildcard is *.")
        @Required
        @Size(min = 1, max = Texts.METRIC_PATTERN_MAX)
        @Pattern(Texts.METRIC_PATTERN)
        @ValidationRule(value = Texts.IS_METRIC_PATTERN, message = Texts.METRIC_PATTERN_MESSAGE)
        String metricPattern,
    @JsonPropertyDescription("From 1h to 36500d, in hours, days or weeks.")
        @Required
        @Size(max = Texts.DURATION_MAX)
        @Pattern(Texts.RETENTION)
        @ValidationRule(value = Texts.HOUR_TO_CENTURY, message = Texts.RETENTION_MESSAGE)
        String retention) {}
