// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessUsageTest {
  private final ProcessUsage self = new ProcessUsage(ProcessHandle.current().pid());

  @Test
  void cpu_ofThisProcess_isSumOfLivingThreadsAtLeast() throws IOException {
    long threadsMillis = self.threads().stream().mapToLong(t -> t.cpu().toMillis()).sum();
    assertThat(self.threads()).isNotEmpty();
    // Ticks of threads are cut off one by one.
    assertThat(self.cpu().toMillis()).isGreaterThanOrEqualTo(threadsMillis - 1_000);
  }

  @Test
  void residentBytes_ofThisProcess_isBelowItsPeak() throws IOException {
    assertThat(self.residentBytes()).isBetween(10_000_000L, self.residentBytesPeak());
  }

  @Test
  void fileBytes_countsFilesOfAllFolders(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("a"), new byte[100]);
    Files.write(Files.createDirectories(folder.resolve("b/c")).resolve("d"), new byte[23]);
    assertThat(ProcessUsage.fileBytes(folder)).isEqualTo(123);
    assertThat(ProcessUsage.fileBytes(folder.resolve("none"))).isZero();
  }

  @Test
  void text_ofThisMachine_namesProcessorsAndJdk() throws Exception {
    assertThat(Machine.here().text()).contains(" cores").contains("JDK 25");
  }
}
