// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** How long a cluster keeps points of some metrics, of one tenant or of every. */
@JsonClassDescription(
    "How long points of some metrics are kept. Of several that fit a metric one counts: a tenant's own"
        + " before everyone's, an exact name before a pattern, the longer part before the first *, more"
        + " characters that are no *, the longer retention, the name.")
@Group("luminate.io")
@Version("v1alpha1")
@ShortNames("lmr")
@Categories("luminate")
@JsonInclude(JsonInclude.Include.NON_NULL)
@AdditionalPrinterColumn(name = "Cluster", jsonPath = ".spec.clusterRef.name")
@AdditionalPrinterColumn(name = "Tenant", jsonPath = ".spec.tenantId")
@AdditionalPrinterColumn(name = "Metrics", jsonPath = ".spec.metricPattern")
@AdditionalPrinterColumn(name = "Retention", jsonPath = ".spec.retention")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Superseded by", jsonPath = ".status.supersededBy", priority = 1)
@AdditionalPrinterColumn(
    name = "Parts to do",
    jsonPath = ".status.partsToDo",
    type = AdditionalPrinterColumn.Type.INTEGER,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class RetentionPolicy
    extends LuminateResource<RetentionPolicySpec, RetentionPolicyStatus> {}
