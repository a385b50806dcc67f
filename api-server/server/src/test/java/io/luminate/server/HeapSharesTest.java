// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapSharesTest {
  private static final long MIB = 1 << 20;

  @Test
  void seriesBytes_grows_withWhatTheHeapHasToSpare() {
    assertThat(ServerMain.seriesBytes(64 * MIB)).isEqualTo(4 * MIB);
    assertThat(ServerMain.seriesBytes(256 * MIB)).isEqualTo(44 * MIB);
    assertThat(ServerMain.seriesBytes(352 * MIB)).isEqualTo(104 * MIB);
    assertThat(ServerMain.seriesBytes(5000 * MIB)).isEqualTo(2000 * MIB);
  }
}
