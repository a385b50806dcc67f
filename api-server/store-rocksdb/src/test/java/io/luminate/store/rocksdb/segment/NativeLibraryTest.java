// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, disabledReason = "what is mapped stands in /proc")
final class NativeLibraryTest {
  @TempDir private Path folder;

  @Test
  void loaded_leavesNoFile() throws IOException {
    RocksStorage.open(folder).close();
    List<String> mapped =
        Files.readAllLines(Path.of("/proc/self/maps")).stream()
            .filter(line -> line.contains("rocksdbjni"))
            .toList();
    assertThat(mapped).isNotEmpty().allMatch(line -> line.endsWith("(deleted)"));
    String file = mapped.getFirst().replaceFirst("^[^/]*", "").replace(" (deleted)", "");
    assertThat(Path.of(file).getParent()).doesNotExist();
  }
}
