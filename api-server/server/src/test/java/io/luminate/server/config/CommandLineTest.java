// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CommandLineTest {
  @Test
  void parse_nothing_serves() throws ConfigException {
    assertThat(CommandLine.parse(List.of()))
        .isEqualTo(new CommandLine(CommandLine.Action.SERVE, "", "", ""));
  }

  @Test
  void parse_values_inBothForms() throws ConfigException {
    CommandLine expected =
        new CommandLine(CommandLine.Action.CHECK_CONFIG, "c.yaml", "d=e", "t.json");
    assertThat(
            CommandLine.parse(
                List.of(
                    "--config",
                    "c.yaml",
                    "--data-dir=d=e",
                    "--tenants",
                    "t.json",
                    "--check-config")))
        .isEqualTo(expected);
    assertThat(expected.configPath()).contains(Path.of("c.yaml"));
  }

  @Test
  void parse_helpWinsOverEverything() throws ConfigException {
    assertThat(CommandLine.parse(List.of("-h", "--version", "--check-config")).action())
        .isEqualTo(CommandLine.Action.HELP);
    assertThat(CommandLine.parse(List.of("--check-config", "--version")).action())
        .isEqualTo(CommandLine.Action.VERSION);
  }

  @ParameterizedTest
  @CsvSource({
    "--prot, unknown option",
    "config.yaml, unknown option",
    "--config, needs a value",
    "--config=, needs a value",
    "--config --help, needs a value",
    "--config a --config b, given twice",
    "--help=yes, takes no value",
  })
  void parse_refuses(String arguments, String message) {
    assertThatThrownBy(() -> CommandLine.parse(List.of(arguments.split(" "))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
