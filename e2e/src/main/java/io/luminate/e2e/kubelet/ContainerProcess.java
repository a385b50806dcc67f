// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One run of a container: a process in a session, a mount namespace and a root of its own. */
final class ContainerProcess {
  private final Process process;
  private final Map<String, String> environment;

  private ContainerProcess(Process process, Map<String, String> environment) {
    this.process = process;
    this.environment = environment;
  }

  /**
   * Starts it.
   *
   * @param script that makes its root, and becomes the command
   */
  static ContainerProcess start(
      Path script, List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    List<String> line = new ArrayList<>(List.of("setsid", "unshare", "--mount", "--uts", "sh"));
    line.add(script.toString());
    line.addAll(command);
    Process process = builder(line, environment, log).start();
    return new ContainerProcess(process, environment);
  }

  private static ProcessBuilder builder(
      List<String> command, Map<String, String> environment, Path log) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  /** Runs another command in it; answers its exit code, or what it takes to be killed for. */
  int execute(List<String> command, Path log, Duration timeMax)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("nsenter", "--target", Long.toString(pid())));
    line.addAll(List.of("--mount", "--uts", "--root", "--wd"));
    line.addAll(command);
    Process executed = builder(line, environment, log).start();
    if (!executed.waitFor(timeMax.toMillis(), TimeUnit.MILLISECONDS)) {
      executed.destroyForcibly().waitFor();
    }
    return executed.exitValue();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for its end, and ends whatever it has left behind. */
  int waitFor() throws InterruptedException, IOException {
    int code = process.waitFor();
    killGroup();
    return code;
  }

  /** Sends SIGTERM; whether it has ended in that time. */
  boolean terminate(Duration grace) throws InterruptedException {
    process.destroy();
    return process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS);
  }

  void kill() {
    process.destroyForcibly();
  }

  private void killGroup() throws IOException, InterruptedException {
    List<String> command = List.of("sh", "-c", "kill -KILL -- -" + pid());
    builder(command, Map.of(), Path.of("/dev/null")).start().waitFor();
  }
}
