// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.store.clickhouse.read.ReadLimits;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Tag;

/** Every case by the ways around of large questions, as in {@link ReadLimitsTest}. */
@Tag("soak")
class LowestLimitsContractTest extends ClickHouseContractTest {

  @Override
  protected ReadLimits readLimits() {
    return ReadLimitsTest.LOWEST;
  }

  @Override
  protected boolean leavesOutSeries() {
    return true;
  }

  @Override
  @Disabled("series are left out where counting them makes the answer markedly slower")
  public void stats_countSeriesAndPointsThatEntered() {}
}
