// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page about the settings says what the server does. */
final class ConfigurationDocTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z_.]+)` \\| (?:`([^`]*)` )?\\|");
  private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\\n(.*?)```");

  @TempDir private Path folder;

  @Test
  void table_hasEveryKeyWithItsDefault() throws IOException {
    String settings = page().substring(0, page().indexOf("## Tokens"));
    assertThat(
            ROW.matcher(settings)
                .results()
                .map(row -> row.group(1) + "=" + (row.group(2) == null ? "" : row.group(2))))
        .containsExactlyElementsOf(
            ConfigKeys.ALL.stream().map(key -> key.path() + "=" + key.fallback()).toList());
  }

  @Test
  void example_loads() throws Exception {
    String yaml =
        EXAMPLE.matcher(page()).results().findFirst().map(MatchResult::group).orElseThrow();
    String body = yaml.replace("```yaml", "").replace("```", "");
    assertThat(ConfigFiles.load(folder, body, Map.of("JWT_SECRET", "x".repeat(32)))).isNotNull();
  }

  private static String page() throws IOException {
    return Files.readString(Path.of("../../docs/configuration.md"));
  }
}
