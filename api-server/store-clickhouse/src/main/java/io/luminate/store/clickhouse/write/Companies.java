// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.model.TenantId;
import java.util.concurrent.ConcurrentHashMap;

/** The {@link Company} of each tenant's requests, and of all together. For many threads. */
final class Companies {
  /** Of memory. Others are forgotten, unless more than half as many are there at the time. */
  static final int TENANTS_KEPT = 10_000;

  private final ConcurrentHashMap<TenantId, Company> tenants = new ConcurrentHashMap<>();
  private final Company all = new Company();

  /**
   * As many as may be known until it is looked who is away. Twice as many as are there then, or
   * while so many are there each request would look through all of them.
   */
  private volatile int forgetFrom = TENANTS_KEPT;

  void enter(TenantId tenant) {
    all.enter();
    if (tenants.size() >= forgetFrom) {
      forgetThoseAway();
      forgetFrom = Math.max(TENANTS_KEPT, 2 * tenants.size());
    }
    tenants.compute(
        tenant,
        (same, before) -> {
          Company company = before == null ? new Company() : before;
          company.enter();
          return company;
        });
  }

  void leave(TenantId tenant) {
    all.leave();
    tenants.computeIfPresent(
        tenant,
        (same, company) -> {
          company.leave();
          return company.isOfOne() ? null : company;
        });
  }

  /** Whether requests are likely to come beside those, whose ever. */
  boolean isMoreThan(int requests) {
    return all.isMoreThan(requests);
  }

  /** Whether requests of the tenant are likely to come beside those of its that wait. */
  boolean isMoreThan(TenantId tenant, int requests) {
    Company company = tenants.get(tenant);
    return company != null && company.isMoreThan(requests);
  }

  void disappointed() {
    all.disappointed();
  }

  void disappointed(TenantId tenant) {
    tenants.computeIfPresent(
        tenant,
        (same, company) -> {
          company.disappointed();
          return company;
        });
  }

  private void forgetThoseAway() {
    tenants
        .keySet()
        .forEach(
            tenant ->
                tenants.computeIfPresent(
                    tenant, (same, company) -> company.isAway() ? null : company));
  }

  int tenantsKnown() {
    return tenants.size();
  }
}
