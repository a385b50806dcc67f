// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TerminationMessageTest {
  private static final String FALLBACK = "FallbackToLogsOnError";

  @TempDir Path folder;

  @Test
  void of_isWhatWasWritten() throws IOException {
    assertThat(of("said", 1, "File")).isEqualTo("said");
    assertThat(of("said", 1, FALLBACK)).isEqualTo("said");
    assertThat(of("x".repeat(5000), 1, "File")).hasSize(TerminationMessage.BYTES_MAX);
  }

  @Test
  void of_isTheEndOfTheLog_whereAskedFor() throws IOException {
    assertThat(of("", 1, "File")).isEmpty();
    assertThat(of("", 0, FALLBACK)).isEmpty();
    assertThat(of("", 1, FALLBACK)).startsWith("line 21\n").endsWith("line 100\n");
  }

  private String of(String written, int code, String policy) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int line = 1; line <= 100; line++) {
      lines.append("line ").append(line).append('\n');
    }
    Path log = Files.writeString(folder.resolve("log"), lines);
    return TerminationMessage.of(written.getBytes(StandardCharsets.UTF_8), code, policy, log);
  }
}
