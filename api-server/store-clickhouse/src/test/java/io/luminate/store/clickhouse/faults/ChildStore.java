// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.clickhouse.client.ClickHouseAccess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A {@link StoreProcess} and what it says. */
final class ChildStore implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread listener;

  private ChildStore(Process process) {
    this.process = process;
    this.listener = Thread.ofPlatform().daemon().name("child").start(this::listen);
  }

  static ChildStore clients(ClickHouseAccess access, long today, long first, int step)
      throws IOException {
    return start(access, today, "clients", first, step);
  }

  static ChildStore one(ClickHouseAccess access, SentRequest request) throws IOException {
    return start(access, request.today(), "one", request.number(), 0);
  }

  static ChildStore buffered(ClickHouseAccess access, SentRequest first) throws IOException {
    return start(access, first.today(), "buffered", first.number(), 0);
  }

  private static ChildStore start(
      ClickHouseAccess access, long today, String task, long number, int step) throws IOException {
    return new ChildStore(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StoreProcess.class.getName(),
                access.addresses().getFirst(),
                access.username(),
                access.password(),
                access.database(),
                Long.toString(today),
                task,
                Long.toString(number),
                Integer.toString(step))
            .redirectErrorStream(true)
            .start());
  }

  private void listen() {
    try (BufferedReader out = process.inputReader()) {
      out.lines().forEach(lines::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void await(String line) throws InterruptedException {
    long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!lines.contains(line)) {
      assertThat(process.isAlive() && System.nanoTime() < giveUpNanos)
          .as("%s in %s", line, lines)
          .isTrue();
      Thread.sleep(5);
    }
  }

  /** How many requests it has had acknowledged. */
  long stored() {
    return lines.stream().filter(line -> line.startsWith(Fate.STORED + " ")).count();
  }

  void awaitStored(int requests) throws InterruptedException {
    long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (stored() < requests) {
      assertThat(process.isAlive() && System.nanoTime() < giveUpNanos).as("%s", lines).isTrue();
      Thread.sleep(5);
    }
  }

  void say(String line) throws IOException {
    process.outputWriter().write(line + "\n");
    process.outputWriter().flush();
  }

  /** SIGKILL; all that it has said is known when this returns. */
  void kill9() throws InterruptedException {
    // Process.destroyForcibly would close what has not been read.
    process.toHandle().destroyForcibly();
    process.waitFor();
    listener.join();
  }

  /** Comes to the end of what it does. */
  void finish() throws IOException, InterruptedException {
    say("finish");
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("%s", lines).isTrue();
    listener.join();
    assertThat(lines).last().isEqualTo("end");
  }

  /** What it knew of its requests, where the tally does not know more. */
  void tellTo(Tally tally) {
    for (String line : lines) {
      String[] words = line.split(" ");
      if (words.length == 2 && words[1].matches("\\d+")) {
        SentRequest request = tally.request(Long.parseLong(words[1]));
        tally.begun(request);
        if (!words[0].equals("begun")) {
          tally.ended(request, Fate.valueOf(words[0]));
        }
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill9();
  }
}
