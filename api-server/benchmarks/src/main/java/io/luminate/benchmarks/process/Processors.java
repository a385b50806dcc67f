// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.process;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Those that this process may use, in two halves: processes that would run on machines of their own
 * take less of each other's caches when each keeps to its half (sched_setaffinity(2), by taskset(1)
 * of util-linux). The cache that all processors share, and memory, they still have in common.
 */
public final class Processors {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path THREADS = Path.of("/proc/self/task");
  private static final String ALLOWED = "Cpus_allowed_list:";

  /** Numbers, as they were before anything was confined. */
  private static final List<Integer> ALL = allowed(STATUS);

  private Processors() {}

  /** All threads that the process has, and those that these start, from now on. */
  public static void confineToFirstHalf(long pid) throws IOException, InterruptedException {
    confine(pid, firstHalf());
  }

  /** The rest; all where there is one alone. */
  public static void confineToSecondHalf(long pid) throws IOException, InterruptedException {
    confine(pid, ALL.subList(ALL.size() / 2, ALL.size()));
  }

  /** Of this process those of that name, after the process itself was confined. */
  public static void confineThreadsToFirstHalf(String name)
      throws IOException, InterruptedException {
    try (Stream<Path> tasks = Files.list(THREADS)) {
      for (Path task : tasks.toList()) {
        if (isNamed(task, name)) {
          allow(List.of(), task.getFileName().toString(), firstHalf());
        }
      }
    }
  }

  /**
   * @param task a folder of /proc
   */
  static boolean isNamed(Path task, String name) throws IOException {
    try {
      return Files.readString(task.resolve("comm")).strip().equals(name);
    } catch (NoSuchFileException ended) {
      return false;
    }
  }

  /** Undoes all of that. */
  public static void free(long pid) throws IOException, InterruptedException {
    confine(pid, ALL);
  }

  private static List<Integer> firstHalf() {
    return ALL.subList(0, Math.max(1, ALL.size() / 2));
  }

  private static void confine(long pid, List<Integer> processors)
      throws IOException, InterruptedException {
    allow(List.of("--all-tasks"), Long.toString(pid), processors);
  }

  private static void allow(List<String> whole, String task, List<Integer> processors)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("taskset"));
    command.addAll(whole);
    String list = processors.stream().map(String::valueOf).collect(joining(","));
    command.addAll(List.of("--cpu-list", "--pid", list, task));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said.strip());
    }
  }

  /**
   * @param status of a process or a thread, under /proc
   */
  static List<Integer> allowed(Path status) {
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith(ALLOWED))
          .flatMap(line -> Stream.of(line.substring(ALLOWED.length()).strip().split(",")))
          .flatMapToInt(Processors::range)
          .boxed()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Such as 0-3, or 5. */
  private static IntStream range(String text) {
    String[] ends = text.split("-");
    return IntStream.rangeClosed(
        Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
  }
}
