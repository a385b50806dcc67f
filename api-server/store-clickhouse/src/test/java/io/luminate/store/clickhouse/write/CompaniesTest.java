// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import org.junit.jupiter.api.Test;

final class CompaniesTest {
  private static final TenantId A = new TenantId("a");
  private static final TenantId B = new TenantId("b");

  private final Companies companies = new Companies();

  @Test
  void requestsOfATenant_areNoCompanyForAnother() {
    companies.enter(A);
    companies.enter(A);
    companies.enter(B);
    assertThat(companies.isMoreThan(A, 1)).isTrue();
    assertThat(companies.isMoreThan(A, 2)).isFalse();
    assertThat(companies.isMoreThan(B, 1)).isFalse();
    companies.leave(A);
    companies.leave(A);
    assertThat(companies.isMoreThan(A, 1)).isTrue();
    companies.disappointed(B);
    assertThat(companies.isMoreThan(A, 1)).isTrue();
    companies.disappointed(A);
    assertThat(companies.isMoreThan(A, 0)).isFalse();
  }

  @Test
  void whoWasThereAlone_isForgotten() {
    companies.enter(A);
    companies.leave(A);
    assertThat(companies.tenantsKnown()).isZero();
  }

  @Test
  void manyTenantsThatWereThere_areForgotten_thoseWhoAreThereAreNot() {
    companies.enter(A);
    for (int i = 0; i < Companies.TENANTS_KEPT + 10; i++) {
      TenantId tenant = new TenantId("tenant-" + i);
      companies.enter(tenant);
      companies.enter(tenant);
      companies.leave(tenant);
      companies.leave(tenant);
    }
    assertThat(companies.tenantsKnown()).isLessThan(Companies.TENANTS_KEPT / 2);
    assertThat(companies.isMoreThan(A, 0)).isTrue();
  }

  /** Else each request would look through all that are there. */
  @Test
  void moreTenantsThanAreKept_areThere_whoIsAwayIsKeptUntilTheyAreTwiceAsMany() {
    for (int i = 0; i <= Companies.TENANTS_KEPT; i++) {
      companies.enter(new TenantId("there-" + i));
    }
    companies.enter(A);
    companies.enter(A);
    companies.leave(A);
    companies.leave(A);
    companies.enter(B);
    assertThat(companies.isMoreThan(A, 1)).as("whether it is still known").isTrue();
    for (int i = 0; i < Companies.TENANTS_KEPT; i++) {
      companies.enter(new TenantId("later-" + i));
    }
    assertThat(companies.isMoreThan(A, 0)).as("whether it is still known").isFalse();
    assertThat(companies.isMoreThan(B, 0)).isTrue();
  }
}
