// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapSharesTest {
  private static final long MIB = 1 << 20;

  @Test
  void seriesBytes_grows_withWhatTheHeapHasToSpare() {
    assertThat(ServerMain.seriesBytes(64 * MIB)).isEqualTo(8 * MIB);
    assertThat(ServerMain.seriesBytes(352 * MIB)).isEqualTo(112 * MIB);
    assertThat(ServerMain.seriesBytes(4096 * MIB)).isEqualTo(1984 * MIB);
  }
}
