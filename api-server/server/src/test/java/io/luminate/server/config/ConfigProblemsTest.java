// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which problems are told, and in which order. */
final class ConfigProblemsTest {
  @TempDir private Path folder;

  /** A key that the file may have is not missed, nor is anything else said that may be in it. */
  @ParameterizedTest
  @ValueSource(strings = {"missing", "server: {port: }}", "a: [", "a: b: c"})
  void load_fileUnusable_isTheOnlyProblem(String yaml) throws IOException {
    Path file = folder.resolve("config.yaml");
    if (!yaml.equals("missing")) {
      Files.writeString(file, yaml);
    }
    Map<String, String> environment = Map.of("LUMINATE_SERVER_PORT", "x");
    assertThat(
            caught(
                () ->
                    ConfigLoader.load(CommandLine.parse(List.of("--config=" + file)), environment)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.origin()).startsWith(file.toString()));
  }

  @Test
  void load_problems_comeByLineAndThenByKey() {
    String yaml =
        """
        metrics: {interval: soon}
        unknown: 1
        query_limits:
          default_query_timeout: 30s
          max_query_timeout: 10s
        server: {port: 70000, ports: 1}
        server: {host: twice}
        logging: {level: loud}
        """;
    Map<String, String> environment =
        Map.of(
            "LUMINATE_METRICS_ENABLED", "perhaps",
            "LUMINATE_BADGER_DIR", "/data",
            "LUMINATE_SERVER_READ_TIMEOUT", "long");
    assertThat(caught(() -> ConfigFiles.load(folder, yaml, environment)))
        .extracting(
            problem -> problem.origin().replaceFirst(".*config.yaml:", ""), ConfigProblem::key)
        .containsExactly(
            tuple("1", "metrics.interval"),
            tuple("2", "unknown"),
            tuple("4", "query_limits.default_query_timeout"),
            tuple("6", "server.ports"),
            tuple("6", "server.port"),
            tuple("7", "server"),
            tuple("8", "logging.level"),
            tuple("LUMINATE_SERVER_READ_TIMEOUT", "server.read_timeout"),
            tuple("", "auth.enabled"),
            tuple("LUMINATE_METRICS_ENABLED", "metrics.enabled"),
            tuple("LUMINATE_BADGER_DIR", ""));
  }

  private static List<ConfigProblem> caught(ThrowingCallable load) {
    ConfigException refused = catchThrowableOfType(ConfigException.class, load);
    assertThat(refused).as("the configuration must be refused").isNotNull();
    return refused.problems();
  }
}
