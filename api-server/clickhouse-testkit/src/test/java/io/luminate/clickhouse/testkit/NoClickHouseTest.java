// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine where no ClickHouse can be had: who wants one is told what would do. */
final class NoClickHouseTest {
  @TempDir private Path folder;

  @Test
  void main_withoutEngineOrLibrary_namesEveryWay() throws Exception {
    assumeThat(Path.of("/var/run/docker.sock")).as("found whatever is set").doesNotExist();
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            ClickHouseMain.class.getName(),
            folder.resolve("data").toString());
    builder
        .environment()
        .putAll(
            Map.of(
                "DOCKER_HOST",
                "unix://" + folder.resolve("nobody.sock"),
                "LUMINATE_CACHE",
                folder.resolve("cache").toString(),
                "PATH",
                folder.toString(),
                // Where somebody builds by hand, tests that find none are skipped.
                "CI",
                "true"));
    Process main = builder.redirectErrorStream(true).start();
    String said = new String(main.getInputStream().readAllBytes());
    assertThat(main.waitFor()).as(said).isEqualTo(1);
    assertThat(said)
        .contains("There is no ClickHouse to be had here. Any of these would do:")
        .contains("- LUMINATE_TEST_CLICKHOUSE_URL=http://USER:PASSWORD@HOST:8123, a server")
        .contains("- a Docker engine: it does not answer")
        .contains("- libchdb.so, fetched with npm: ");
  }
}
