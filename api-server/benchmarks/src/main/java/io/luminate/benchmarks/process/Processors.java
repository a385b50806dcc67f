// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Those of this machine, in two halves: processes that would run on machines of their own take less
 * of each other's caches when each keeps to its half (sched_setaffinity(2), by taskset(1) of
 * util-linux). The cache that all processors share, and memory, they still have in common.
 */
public final class Processors {
  private Processors() {}

  /** All threads that the process has, and those that these start, from now on. */
  public static void confineToFirstHalf(long pid) throws IOException, InterruptedException {
    confine(pid, 0, Math.max(1, count() / 2) - 1);
  }

  /** The rest; all where there is one alone. */
  public static void confineToSecondHalf(long pid) throws IOException, InterruptedException {
    confine(pid, count() / 2, count() - 1);
  }

  /** Undoes either. */
  public static void free(long pid) throws IOException, InterruptedException {
    confine(pid, 0, count() - 1);
  }

  /** At start, as confining this process changes what the JVM answers. */
  private static final class Count {
    static final int AT_START = Runtime.getRuntime().availableProcessors();
  }

  private static int count() {
    return Count.AT_START;
  }

  private static void confine(long pid, int from, int to) throws IOException, InterruptedException {
    List<String> command =
        List.of("taskset", "--all-tasks", "--cpu-list", "--pid", from + "-" + to, "" + pid);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said.strip());
    }
  }
}
