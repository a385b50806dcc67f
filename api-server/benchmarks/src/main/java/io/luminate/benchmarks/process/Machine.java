// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a measurement was made on, and of.
 *
 * @param load threads that wanted a processor in the last minute: much more than 0 before a
 *     measurement, and its wall times are worth little
 */
public record Machine(
    String processor, int cores, long memoryBytes, double load, String jdk, String commit) {
  public static Machine here() throws IOException, InterruptedException {
    return new Machine(
        field(Path.of("/proc/cpuinfo"), "model name"),
        Runtime.getRuntime().availableProcessors(),
        1024
            * Long.parseLong(field(Path.of("/proc/meminfo"), "MemTotal").replace("kB", "").strip()),
        Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]),
        Runtime.version().toString(),
        commitOfTree());
  }

  public String text() {
    return "%s, %d cores, %.0f GiB, load %.1f before; JDK %s; commit %s"
        .formatted(processor, cores, memoryBytes / (double) (1L << 30), load, jdk, commit);
  }

  private static String field(Path file, String name) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  private static String commitOfTree() throws IOException, InterruptedException {
    String commit = git(List.of("git", "rev-parse", "--short=10", "HEAD"));
    boolean changed = !git(List.of("git", "status", "--porcelain", "-uno")).isEmpty();
    return changed ? commit + " with changes" : commit;
  }

  private static String git(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? text : "unknown";
    } catch (IOException noGit) {
      return "unknown";
    }
  }
}
