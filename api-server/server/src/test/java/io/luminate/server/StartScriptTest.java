// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script runs as it is, with a java beside it that prints its arguments. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class StartScriptTest {
  private static final Path SCRIPT = Path.of("src/dist/bin/luminate-server");

  @TempDir Path dist;

  @BeforeEach
  void layOut() throws IOException {
    Path bin = Files.createDirectories(dist.resolve("bin"));
    Files.copy(SCRIPT, bin.resolve("luminate-server"));
    executable(bin.resolve("find-jdk.sh"), "echo " + dist);
    executable(bin.resolve("java"), "for argument; do echo \"$argument\"; done");
  }

  private static void executable(Path file, String line) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private List<String> javaArguments(Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", dist.resolve("bin/luminate-server").toString(), "--version")
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("LUMINATE_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().toList();
  }

  @Test
  void heap_byDefault_isHalfAGibibyte() throws Exception {
    assertThat(javaArguments(Map.of()))
        .contains("-Xms512m", "-Xmx512m", "-XX:+UseParallelGC")
        .contains("-XX:CompileCommand=MemLimit,org.jvnet.hk2.internal.*::*,8M~stop")
        .endsWith("io.luminate.server.ServerMain", "--version");
  }

  @Test
  void heap_inFrontOfClickHouse_isSmaller() throws Exception {
    assertThat(javaArguments(Map.of("LUMINATE_STORAGE_BACKEND", "clickhouse")))
        .contains("-Xms352m", "-Xmx352m", "-XX:NewRatio=4", "-XX:TrimNativeHeapInterval=5000")
        .doesNotContain("");
  }

  @Test
  void heap_asToldByTheEnvironment() throws Exception {
    assertThat(
            javaArguments(Map.of("LUMINATE_STORAGE_BACKEND", "clickhouse", "LUMINATE_HEAP", "2g")))
        .contains("-Xms2g", "-Xmx2g");
    assertThat(javaArguments(Map.of("LUMINATE_HEAP", "1g"))).contains("-Xms1g", "-Xmx1g");
  }
}
