// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderLockTest {
  @TempDir Path folder;

  @Test
  void acquire_twiceInOneProcess_isRefused() throws IOException {
    DataFolderLock first = DataFolderLock.acquire(folder);
    try (first) {
      assertThatThrownBy(() -> DataFolderLock.acquire(folder.resolve(".")))
          .isInstanceOf(DataFolderInUseException.class)
          .hasMessageContaining(folder.toString());
      assertThat(folder.resolve("LOCK")).hasContent(ProcessHandle.current().pid() + "\n");
    }
  }

  @Test
  void acquire_afterClose_succeeds() throws IOException {
    DataFolderLock first = DataFolderLock.acquire(folder);
    first.close();
    first.close();
    DataFolderLock.acquire(folder).close();
  }

  @Test
  void acquire_heldByAnotherProcess_namesFolderAndProcess() throws Exception {
    Process holder = startHolder();
    try {
      assertThat(firstLine(holder)).isEqualTo("held");
      assertThatThrownBy(() -> DataFolderLock.acquire(folder))
          .isInstanceOf(DataFolderInUseException.class)
          .hasMessageContainingAll(folder.toString(), "process " + holder.pid());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    DataFolderLock.acquire(folder).close();
  }

  private Process startHolder() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-cp",
            System.getProperty("java.class.path"),
            LockHolderMain.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String firstLine(Process process) throws IOException {
    return new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
        .readLine();
  }
}
