// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.clickhouse.client.ClickHouseFailure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {
  /** All of them have one code. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          Query memory limit exceeded: would use 1.00 GiB, maximum: 1.00 GiB; true
          Memory limit (for query) exceeded: would use 1.00 GiB, maximum: 1.00 GiB; true
          User memory limit exceeded: would use 1.00 GiB, maximum: 1.00 GiB; false
          Memory limit (for user) exceeded: would use 1.00 GiB, maximum: 1.00 GiB; false
          (total) memory limit exceeded: would use 1.00 GiB, maximum: 1.00 GiB; false
          Memory limit (total) exceeded: would use 1.00 GiB, maximum: 1.00 GiB; false
          """)
  void ownMemory_isWhatOneQueryUses(String message, boolean own) {
    assertThat(Refusal.OWN_MEMORY.is(ClickHouseFailure.refused(241, "Code: 241. " + message)))
        .isEqualTo(own);
  }
}
