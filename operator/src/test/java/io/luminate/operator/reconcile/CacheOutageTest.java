// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CacheOutageTest {
  private final CacheOutage outage = new CacheOutage();

  @Test
  void moment_isNoNews() {
    assertThat(outage.look(true)).isFalse();
    for (int look = 1; look < CacheOutage.LOOKS_UNTOLD; look++) {
      assertThat(outage.look(false)).isFalse();
    }
    assertThat(outage.isLong()).isFalse();
    assertThat(outage.look(true)).isFalse();
    assertThat(outage.look(false)).isFalse();
  }

  @Test
  void longOutage_isNewsOnce_andSoIsItsEnd() {
    for (int look = 1; look < CacheOutage.LOOKS_UNTOLD; look++) {
      outage.look(false);
    }
    assertThat(outage.look(false)).isTrue();
    assertThat(outage.isLong()).isTrue();
    assertThat(outage.look(false)).isFalse();
    assertThat(outage.isLong()).isTrue();
    assertThat(outage.look(true)).isTrue();
    assertThat(outage.isLong()).isFalse();
    assertThat(outage.look(true)).isFalse();
  }
}
