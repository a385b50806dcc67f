// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.server.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InternalTokensTest {
  private static final String FIRST = "first-0123456789abcdef0123456789ab";
  private static final String SECOND = "second-0123456789abcdef0123456789a";

  @TempDir private Path folder;
  private Path file;
  private Path previous;

  @BeforeEach
  void files() throws IOException {
    file = Files.writeString(folder.resolve("current"), FIRST + "\n");
    previous = folder.resolve("previous");
  }

  private static boolean accepts(InternalTokens tokens, String header) {
    try {
      tokens.check(header);
      return true;
    } catch (AuthException refused) {
      assertThat(refused.reason()).isEqualTo(AuthException.Reason.UNAUTHORIZED);
      assertThat(refused.getMessage()).doesNotContain(FIRST, SECOND);
      return false;
    }
  }

  @Test
  void check_theTokenAlone() throws Exception {
    InternalTokens tokens = InternalTokens.open(file);
    assertThat(accepts(tokens, "Bearer " + FIRST)).isTrue();
    assertThat(accepts(tokens, "bearer  " + FIRST + " ")).isTrue();
    for (String wrong :
        new String[] {
          "",
          FIRST,
          "Basic " + FIRST,
          "Bearer",
          "Bearer ",
          "Bearer " + SECOND,
          "Bearer " + FIRST + "x",
          "Bearer " + FIRST.substring(1),
          "Bearer " + "x".repeat(100_000)
        }) {
      assertThat(accepts(tokens, wrong)).as(wrong).isFalse();
    }
  }

  @Test
  void check_rotation_acceptsBothUntilThePreviousGoes() throws Exception {
    InternalTokens tokens = InternalTokens.open(file);
    Files.writeString(previous, FIRST);
    Files.writeString(file, SECOND);
    assertThat(accepts(tokens, "Bearer " + FIRST)).isTrue();
    assertThat(accepts(tokens, "Bearer " + SECOND)).isTrue();
    Files.writeString(previous, "");
    assertThat(accepts(tokens, "Bearer " + FIRST)).isFalse();
    assertThat(accepts(tokens, "Bearer ")).isFalse();
    assertThat(accepts(tokens, "Bearer " + SECOND)).isTrue();
    Files.delete(previous);
    assertThat(accepts(tokens, "Bearer " + SECOND)).isTrue();
  }

  @Test
  void check_fileThatIsGoneOrShort_keepsTheLastToken() throws Exception {
    InternalTokens tokens = InternalTokens.open(file);
    Files.writeString(file, "short");
    assertThat(accepts(tokens, "Bearer " + FIRST)).isTrue();
    assertThat(accepts(tokens, "Bearer short")).isFalse();
    Files.delete(file);
    assertThat(accepts(tokens, "Bearer " + FIRST)).isTrue();
    Files.writeString(file, SECOND);
    assertThat(accepts(tokens, "Bearer " + FIRST)).isFalse();
    assertThat(accepts(tokens, "Bearer " + SECOND)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n", "0123456789012345678901234567890"})
  void open_shortToken_refuses_withoutShowingIt(String text) throws Exception {
    Files.writeString(file, text);
    assertThatThrownBy(() -> InternalTokens.open(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("management.internal_token_file: " + file)
        .hasMessageContaining("at least 32 are needed")
        .hasMessageNotContaining("0123");
  }

  @Test
  void open_withoutFile_refuses() {
    assertThatThrownBy(() -> InternalTokens.open(folder.resolve("none")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is not there");
  }
}
