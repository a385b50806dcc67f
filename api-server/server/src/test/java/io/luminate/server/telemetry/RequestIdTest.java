// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestIdTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "01HX-7._:/+=@", "550e8400-e29b-41d4-a716-446655440000"})
  void of_safeId_isKept(String id) {
    assertThat(RequestId.of(id)).isEqualTo(id);
    String longest = "x".repeat(128);
    assertThat(RequestId.of(longest)).isEqualTo(longest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\nb", "a\"b", "\u00e4", "<x>", "a;b", "{}"})
  void of_anythingElse_isReplaced(String id) {
    assertThat(RequestId.of(id)).isNotEqualTo(id).matches("[0-9a-z-]{3,40}");
    assertThat(RequestId.of("x".repeat(129))).hasSizeLessThan(40);
  }

  @Test
  void of_nothing_isUnique() {
    assertThat(Stream.generate(() -> RequestId.of("")).limit(10_000)).doesNotHaveDuplicates();
  }
}
