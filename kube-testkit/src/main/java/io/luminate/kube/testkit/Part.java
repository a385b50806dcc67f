// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.kube.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One process of the control plane, with its output in a file. */
final class Part {
  private static final long STOP_SECONDS_MAX = 10;

  /** Of its output, for the message of a failure. */
  private static final int LAST_LINES = 15;

  /**
   * Of what lives, until it is collected: thrice the usual, as tests lack processors, not memory.
   */
  private static final String GARBAGE_PERCENT = "300";

  private final String name;
  private final Path log;
  private final Process process;

  private Part(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  static Part start(Path binary, Path folder, String name, List<String> flags) throws IOException {
    List<String> command = new ArrayList<>(session());
    command.addAll(List.of(binary.toString(), name));
    command.addAll(flags);
    Path log = folder.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("GOGC", GARBAGE_PERCENT);
    return new Part(name, log, builder.start());
  }

  /**
   * One of its own beside pods. Linux shares processors among sessions first, and each container is
   * one: else all of the control plane had as much of them as a single pod that starts.
   */
  private static List<String> session() {
    return Namespaces.obstacle().isEmpty() ? List.of("setsid") : List.of();
  }

  void requireAlive() throws IOException {
    if (!process.isAlive()) {
      throw new IOException(name + " has ended with " + process.exitValue() + ": " + lastLines());
    }
  }

  private String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  /** With SIGTERM, then SIGKILL. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
      kill();
    }
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }
}
