// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneLineTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://me:swordfish@ch:8123 refused | http://***@ch:8123 refused",
        "password=swordfish is wrong | password=*** is wrong",
        "auth.jwt_secret: swordfish | auth.jwt_secret: ***",
        "{\"token\": \"swordfish\", \"a\": 1} | {\"token\": ***, \"a\": 1}",
        "Authorization: Bearer swordfish123 | Authorization: Bearer ***",
        "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln | got ***",
        "key -----BEGIN PRIVATE KEY----- MIIE -----END PRIVATE KEY----- bad | key *** bad",
        "secret luminate-secrets has no key jwt | secret luminate-secrets has no key jwt"
      })
  void secret_isHidden(String said, String shown) {
    assertThat(OneLine.of(said)).isEqualTo(shown);
  }

  @Test
  void lines_becomeOne() {
    assertThat(OneLine.of("a\r\n\tb\u0000c\u2028d\n")).isEqualTo("a b c d");
  }

  @Test
  void secretAcrossLines_isHidden() {
    assertThat(OneLine.of("-----BEGIN PRIVATE KEY-----\nMIIE\nMIIF")).isEqualTo("***");
  }

  @Test
  void length_isBounded() {
    assertThat(OneLine.of("x".repeat(5000))).hasSize(OneLine.CHARS_MAX).endsWith("…");
    String pairs = OneLine.of("\uD83D\uDE00".repeat(5000));
    assertThat(pairs.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF)).isTrue();
  }
}
