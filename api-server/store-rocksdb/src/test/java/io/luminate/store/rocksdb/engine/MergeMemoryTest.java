// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a merge keeps in memory does not grow with the points of a series. */
class MergeMemoryTest {
  private static final long SEED = Long.getLong("luminate.seed", 20_261_129L);

  @TempDir Path folder;

  /** To hold the points once and sort them takes as much as the whole heap. */
  @Test
  void merge_oneDenseSeries_takesLittleMemory() throws Exception {
    assertThat(run(16)).contains("merged 4000000");
  }

  @Test
  @Tag("soak")
  void merge_oneVeryDenseSeries_takesLittleMemory() throws Exception {
    assertThat(run(96)).contains("merged 24000000");
  }

  private String run(int segments) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                MergeMemoryChild.class.getName(),
                folder.resolve("data").toString(),
                Integer.toString(segments),
                Long.toString(SEED))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      child.waitFor();
    } finally {
      child.destroyForcibly();
    }
    return "seed " + SEED + ": " + Files.readString(output);
  }
}
