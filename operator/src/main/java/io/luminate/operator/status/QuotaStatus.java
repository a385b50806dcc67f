// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.crd.StatusCondition;
import io.luminate.crd.TenantQuota;
import io.luminate.crd.TenantQuotaStatus;
import io.luminate.operator.document.NextDocument;
import io.luminate.operator.publishing.Publication;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is said of a quota. */
public final class QuotaStatus {
  private QuotaStatus() {}

  /**
   * Works it out; the same for the same observation.
   *
   * @param quota with the status that it has
   */
  public static TenantQuotaStatus of(TenantQuota quota, ClusterView cluster, Instant now) {
    Acceptance acceptance =
        Acceptance.of(quota.getMetadata().getName(), cluster, NextDocument::quotas);
    Optional<TenantQuotaStatus> before = Optional.ofNullable(quota.getStatus());
    Long generation = quota.getMetadata().getGeneration();
    Optional<Long> version =
        acceptance.version(
            before
                .filter(
                    old ->
                        StillAccepted.is(
                            old.observedGeneration(),
                            generation,
                            old.conditions(),
                            acceptance.accepted()))
                .map(TenantQuotaStatus::version));
    Optional<Publication> counted = acceptance.publication().filter(_ -> version.isPresent());
    return new TenantQuotaStatus(
        generation,
        version.orElse(null),
        counted.map(Publication::podsApplied).orElse(null),
        counted.map(Publication::podsTotal).orElse(null),
        conditions(
            acceptance,
            NearLimits.of(
                quota.getSpec().tenantId(),
                cluster,
                before.map(TenantQuotaStatus::conditions).orElse(List.of())),
            new Conditions(
                before.map(TenantQuotaStatus::conditions).orElse(List.of()), generation, now)));
  }

  private static List<StatusCondition> conditions(
      Acceptance acceptance, Finding nearLimit, Conditions conditions) {
    Finding applied =
        acceptance.confirmed().isTrue()
            ? Finding.yes(Reason.APPLIED, "Every pod has confirmed it.")
            : acceptance.confirmed();
    return conditions
        .set(ConditionType.ACCEPTED, acceptance.accepted())
        .set(ConditionType.APPLIED, applied)
        .set(ConditionType.READY, acceptance.ready(applied))
        .set(ConditionType.NEAR_LIMIT, nearLimit)
        .all();
  }
}
