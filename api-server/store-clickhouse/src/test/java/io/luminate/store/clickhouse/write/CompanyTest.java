// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CompanyTest {
  private final Company company = new Company();

  @Test
  void alone_nobodyElseIsExpected() {
    company.enter();
    assertThat(company.isMoreThan(1)).isFalse();
    company.leave();
    company.enter();
    assertThat(company.isMoreThan(1)).isFalse();
  }

  @Test
  void thoseWhoHaveTheirAnswer_areExpectedAgain() {
    company.enter();
    company.enter();
    company.enter();
    company.leave();
    company.leave();
    assertThat(company.isMoreThan(1)).isTrue();
    assertThat(company.isMoreThan(2)).isTrue();
    assertThat(company.isMoreThan(3)).isFalse();
  }

  @Test
  void disappointed_onlyThoseWhoAreThereCount() {
    company.enter();
    company.enter();
    company.leave();
    company.disappointed();
    assertThat(company.isMoreThan(1)).isFalse();
    company.enter();
    assertThat(company.isMoreThan(1)).isTrue();
  }
}
