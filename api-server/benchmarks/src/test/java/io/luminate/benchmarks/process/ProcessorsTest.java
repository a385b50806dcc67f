// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("areSeveral")
final class ProcessorsTest {
  static boolean areSeveral() {
    return Runtime.getRuntime().availableProcessors() > 1;
  }

  @Test
  void process_isInOneHalf_orInTheOther_orInBoth() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    try {
      Path status = Path.of("/proc", Long.toString(process.pid()), "status");
      List<Integer> all = Processors.allowed(status);
      Processors.confineToFirstHalf(process.pid());
      List<Integer> first = Processors.allowed(status);
      Processors.confineToSecondHalf(process.pid());
      List<Integer> second = Processors.allowed(status);
      assertThat(first).isNotEmpty().doesNotContainAnyElementsOf(second);
      assertThat(Stream.concat(first.stream(), second.stream())).containsExactlyElementsOf(all);
      Processors.free(process.pid());
      assertThat(Processors.allowed(status)).isEqualTo(all);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void thread_isInTheFirstHalf_othersOfItsProcessAreNot() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Thread thread = Thread.ofPlatform().daemon().name("to-confine").start(() -> awaitQuietly(end));
    Path status = statusOf("to-confine");
    List<Integer> all = Processors.allowed(status);
    Processors.confineThreadsToFirstHalf("to-confine");
    assertThat(Processors.allowed(status)).isEqualTo(all.subList(0, all.size() / 2));
    assertThat(Processors.allowed(Path.of("/proc/self/status"))).isEqualTo(all);
    end.countDown();
    thread.join();
  }

  private static void awaitQuietly(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Once the JVM has given it its name. */
  private static Path statusOf(String name) throws IOException, InterruptedException {
    for (int i = 0; i < 1_000; i++) {
      try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
        for (Path task : tasks.toList()) {
          if (Processors.isNamed(task, name)) {
            return task.resolve("status");
          }
        }
      }
      Thread.sleep(10);
    }
    throw new AssertionError("no thread " + name);
  }
}
