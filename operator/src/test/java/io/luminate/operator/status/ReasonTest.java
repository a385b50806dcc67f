// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReasonTest {
  private static final Path PAGE = Path.of("..", "docs", "kubernetes-status.md");

  @Test
  void page_hasEveryReasonAndNoOther() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.matches("\\| \\*\\*\\w+\\*\\* \\| (Normal|Warning)? \\|.*"))
            .toList();
    assertThat(rows)
        .containsExactlyElementsOf(Stream.of(Reason.values()).map(ReasonTest::row).toList());
  }

  @Test
  void text_isAWordForProgramsAndUnique() {
    assertThat(Stream.of(Reason.values()).map(Reason::text)).doesNotHaveDuplicates();
    assertThat(Reason.values())
        .allSatisfy(
            reason -> {
              assertThat(reason.text()).matches("[A-Z][A-Za-z]+");
              assertThat(Reason.of(reason.text())).contains(reason);
            });
  }

  private static String row(Reason reason) {
    String event =
        switch (reason.telling()) {
          case NOTHING -> "";
          case NORMAL -> "Normal";
          case WARNING -> "Warning";
        };
    return "| **%s** | %s | %s |".formatted(reason.text(), event, reason.description());
  }
}
