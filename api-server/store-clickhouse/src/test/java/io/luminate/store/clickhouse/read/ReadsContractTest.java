// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.MetricsStore;
import io.luminate.store.testkit.ContractSettings;
import io.luminate.store.testkit.MetricsStoreContract;

/** The contract, of which the questions are what is under test. */
class ReadsContractTest extends MetricsStoreContract {
  @Override
  protected MetricsStore open(ContractSettings settings) {
    return new SqlWrittenStore(settings, ReadLimits.ofMemory(1L << 30));
  }
}
