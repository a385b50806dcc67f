// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import io.luminate.crd.QueryLimits;
import io.luminate.crd.TenantQuota;
import io.luminate.crd.TenantQuotaSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One quota for each tenant: the oldest, then that with the first name.
 *
 * @param chosen in the order in which they find room: those of tenants that have one already, then
 *     the oldest
 * @param verdicts by the resource's name
 */
record QuotaChoice(List<TenantQuota> chosen, Map<String, Verdict> verdicts) {

  static QuotaChoice of(List<TenantQuota> quotas, Set<String> tenantsBefore) {
    Map<String, Verdict> verdicts = new TreeMap<>();
    Map<String, TenantQuota> winners = new HashMap<>();
    List<TenantQuota> chosen = new ArrayList<>();
    for (TenantQuota quota : quotas.stream().sorted(Seniority.OLDEST_FIRST).toList()) {
      Verdict verdict = verdict(quota, winners);
      verdicts.put(Seniority.name(quota), verdict);
      if (verdict.isAccepted()) {
        winners.put(quota.getSpec().tenantId(), quota);
        chosen.add(quota);
      }
    }
    chosen.sort(Comparator.comparing(q -> !tenantsBefore.contains(q.getSpec().tenantId())));
    return new QuotaChoice(chosen, verdicts);
  }

  private static Verdict verdict(TenantQuota quota, Map<String, TenantQuota> winners) {
    Optional<String> fault = fault(quota.getSpec());
    if (fault.isPresent()) {
      return new Verdict.Invalid(fault.get());
    }
    TenantQuota winner = winners.get(quota.getSpec().tenantId());
    return winner == null ? new Verdict.Accepted() : new Verdict.Conflicted(Seniority.name(winner));
  }

  /** What would make servers refuse the whole document, so that one tenant stops all others. */
  private static Optional<String> fault(TenantQuotaSpec quota) {
    QueryLimits limits = quota.queryLimits();
    if (limits == null
        || limits.defaultQueryTimeout() == null
        || limits.maxQueryTimeout() == null
        || Spans.read(limits.defaultQueryTimeout()).compareTo(Spans.read(limits.maxQueryTimeout()))
            <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        "queryLimits.defaultQueryTimeout is %s, longer than maxQueryTimeout, which is %s"
            .formatted(limits.defaultQueryTimeout(), limits.maxQueryTimeout()));
  }

  /** The first of those chosen; the others find no room. */
  QuotaChoice first(int count, int gzipBytesMax) {
    Map<String, Verdict> all = new TreeMap<>(verdicts);
    chosen
        .subList(count, chosen.size())
        .forEach(q -> all.put(Seniority.name(q), new Verdict.DocumentFull(gzipBytesMax)));
    return new QuotaChoice(chosen.subList(0, count), all);
  }

  List<TenantQuotaSpec> specs() {
    return chosen.stream().map(TenantQuota::getSpec).toList();
  }
}
