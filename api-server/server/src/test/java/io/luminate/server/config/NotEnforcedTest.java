// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings that nothing acts on: the page and the server say so. */
final class NotEnforcedTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z_.]+)` \\|[^|]*\\|[^|]*not enforced yet \\|$");

  @TempDir private Path folder;

  private static Stream<ConfigKey<?>> keys() {
    return ConfigRules.NOT_ENFORCED.stream();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void keyThatIsSet_warnsOnce(ConfigKey<?> key) throws Exception {
    String value = key.fallback().isEmpty() ? "/token" : key.fallback();
    String yaml = ConfigFiles.yamlOf(key.path(), value);
    assertThat(ConfigFiles.loaded(folder, yaml, ConfigFiles.SECRET).warnings())
        .containsExactly(key.path() + " is not enforced yet and has no effect");
  }

  @Test
  void keysThatAreNotSet_doNotWarn() throws Exception {
    List<String> warnings = ConfigFiles.loaded(folder, "", ConfigFiles.SECRET).warnings();
    assertThat(warnings).isEmpty();
  }

  @Test
  void page_hasTheSameKeys() throws Exception {
    String page = Files.readString(Path.of("../../docs/configuration.md"));
    assertThat(ROW.matcher(page).results().map(row -> row.group(1)))
        .containsExactlyElementsOf(keys().map(ConfigKey::path).toList());
  }
}
