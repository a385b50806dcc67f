// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KubeBinaryTest {
  private static final int THREADS = 4;

  @TempDir Path sources;
  @TempDir Path cache;

  @BeforeEach
  void write() throws IOException {
    for (String name : new String[] {"main.go", "go.mod", "go.sum"}) {
      Files.writeString(sources.resolve(name), name);
    }
  }

  @Test
  void file_changesWithItsSources_andComesBack() throws IOException {
    Path first = binary().file();
    assertThat(first).startsWithRaw(cache);
    Files.writeString(sources.resolve("go.sum"), "another version");
    assertThat(binary().file()).isNotEqualTo(first);
    Files.writeString(sources.resolve("go.sum"), "go.sum");
    assertThat(binary().file()).isEqualTo(first);
  }

  @Test
  void get_takesWhatIsThere() throws IOException, InterruptedException {
    Path file = binary().file();
    Files.createDirectories(file.getParent());
    Files.writeString(file, "built before");
    assertThat(binary().get()).hasContent("built before");
  }

  /** Between threads of one JVM a lock on a file is another error, not a wait. */
  @Test
  void get_byManyThreads_eachIsToldWhyItCannotBeBuilt() {
    List<Future<Path>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < THREADS; i++) {
        all.add(threads.submit(() -> binary().get()));
      }
    }
    for (Future<Path> one : all) {
      assertThat(one.exceptionNow()).isInstanceOf(IOException.class).hasMessageContaining("go");
    }
  }

  @Test
  void cache_isWhereTheEnvironmentSays() {
    assertThat(CacheFolder.of(Map.of("LUMINATE_CACHE", "/own"))).isEqualTo(Path.of("/own"));
    assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", "/xdg")))
        .isEqualTo(Path.of("/xdg/luminate"));
    assertThat(CacheFolder.of(Map.of())).endsWithRaw(Path.of(".cache", "luminate"));
  }

  private KubeBinary binary() {
    return new KubeBinary(sources, cache);
  }
}
