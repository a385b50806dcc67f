// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What Linux accounts to a process, under /proc (proc_pid_stat(5), proc_pid_status(5)). */
public final class ProcessUsage {
  /** USER_HZ, which is 100 wherever Java runs on Linux. */
  private static final int TICK_MILLIS = 10;

  /** Counted behind the command name, which may hold blanks: the state is the first. */
  private static final int USER_TIME_FIELD = 11;

  /** Seals and merges come in bursts; three quiet seconds mean that none is waiting. */
  private static final int QUIET_SAMPLES = 6;

  private static final long SAMPLE_MILLIS = 500;

  /** A ticking server is not a busy one: 4 % of one processor. */
  private static final long QUIET_CPU_MILLIS_MAX = QUIET_SAMPLES * SAMPLE_MILLIS * 4 / 100;

  private final Path folder;

  public ProcessUsage(long pid) {
    folder = Path.of("/proc", Long.toString(pid));
  }

  /** User and system time of all threads, also of those that have ended. */
  public Duration cpu() throws IOException {
    return cpuOf(folder.resolve("stat"));
  }

  private static Duration cpuOf(Path stat) throws IOException {
    String text = Files.readString(stat);
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
    long ticks =
        Long.parseLong(fields[USER_TIME_FIELD]) + Long.parseLong(fields[USER_TIME_FIELD + 1]);
    return Duration.ofMillis(ticks * TICK_MILLIS);
  }

  public long residentBytes() throws IOException {
    return statusBytes("VmRSS:");
  }

  public long residentBytesPeak() throws IOException {
    return statusBytes("VmHWM:");
  }

  private long statusBytes(String field) throws IOException {
    for (String line : Files.readAllLines(folder.resolve("status"))) {
      if (line.startsWith(field)) {
        return Long.parseLong(line.substring(field.length()).replace("kB", "").strip()) * 1024;
      }
    }
    throw new IOException(folder + "/status has no " + field);
  }

  /** Waits for three seconds without work, and no longer than told; whether they came. */
  public boolean awaitQuiet(Duration atMost) throws IOException, InterruptedException {
    long endNanos = System.nanoTime() + atMost.toNanos();
    long beforeMillis = cpu().toMillis();
    int quiet = 0;
    long quietSinceMillis = beforeMillis;
    while (System.nanoTime() < endNanos) {
      Thread.sleep(SAMPLE_MILLIS);
      long nowMillis = cpu().toMillis();
      boolean still = nowMillis - beforeMillis <= QUIET_CPU_MILLIS_MAX;
      quietSinceMillis = still && quiet > 0 ? quietSinceMillis : beforeMillis;
      quiet = still ? quiet + 1 : 0;
      beforeMillis = nowMillis;
      if (quiet >= QUIET_SAMPLES && nowMillis - quietSinceMillis <= QUIET_CPU_MILLIS_MAX) {
        return true;
      }
      if (quiet >= QUIET_SAMPLES) {
        quiet = 0;
      }
    }
    return false;
  }

  /** Processor time of the living threads by name, numbers in names left out; most first. */
  public List<ThreadTime> threads() throws IOException {
    Map<String, Duration> byName = new TreeMap<>();
    try (Stream<Path> tasks = Files.list(folder.resolve("task"))) {
      for (Path task : tasks.toList()) {
        try {
          String name = Files.readString(task.resolve("comm")).strip().replaceAll("[0-9]+", "");
          byName.merge(name, cpuOf(task.resolve("stat")), Duration::plus);
        } catch (NoSuchFileException ended) {
          continue;
        }
      }
    }
    return byName.entrySet().stream()
        .map(entry -> new ThreadTime(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparing(ThreadTime::cpu).reversed())
        .collect(Collectors.toUnmodifiableList());
  }

  /** The processor time of the threads of one name. */
  public record ThreadTime(String name, Duration cpu) {}

  /** The sum of the sizes of all files below; a file that goes away meanwhile counts nothing. */
  public static long fileBytes(Path root) throws IOException {
    if (!Files.exists(root)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.mapToLong(ProcessUsage::sizeOf).sum();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static long sizeOf(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (IOException gone) {
      return 0;
    }
  }
}
