// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DigestsTest {
  @Test
  void slow_isAnotherForEachTextAndSalt_andTheSameAgain() {
    String hash = Digests.slow("password", "cluster");
    assertThat(hash).isEqualTo("e395f0a9401d9ea236ab5d2716493a98");
    assertThat(Digests.slow("another", "cluster")).isNotEqualTo(hash);
    assertThat(Digests.slow("password", "another")).isNotEqualTo(hash);
    assertThat(Digests.slow("password", "cluster")).isEqualTo(hash);
  }
}
