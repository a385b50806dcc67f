// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CacheFolderTest {
  private static final int THREADS = 4;

  @TempDir private Path folder;
  private final AtomicInteger made = new AtomicInteger();
  private CacheFolder cache;
  private Path file;

  @BeforeEach
  void place() {
    cache = new CacheFolder(folder.resolve("luminate"));
    file = cache.path().resolve("thing");
  }

  @Test
  void of_isOurOwnThenTheUsers() {
    assertThat(CacheFolder.of(Map.of("LUMINATE_CACHE", "/own", "XDG_CACHE_HOME", "/users")).path())
        .isEqualTo(Path.of("/own"));
    assertThat(CacheFolder.of(Map.of("LUMINATE_CACHE", "", "XDG_CACHE_HOME", "/users")).path())
        .isEqualTo(Path.of("/users/luminate"));
    assertThat(CacheFolder.of(Map.of()).path())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".cache/luminate"));
  }

  /** Between threads of one JVM a lock on a file is another error, not a wait. */
  @Test
  void once_byManyThreads_isMadeOnce() throws InterruptedException, ExecutionException {
    List<Future<Path>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < THREADS; i++) {
        all.add(threads.submit(() -> cache.once(file, "thing", this::make)));
      }
    }
    for (Future<Path> one : all) {
      assertThat(one.get()).hasContent("made");
    }
    assertThat(made).hasValue(1);
  }

  @Test
  void once_failed_isTriedAgain() throws IOException, InterruptedException {
    assertThatThrownBy(
            () ->
                cache.once(
                    file,
                    "thing",
                    () -> {
                      throw new IOException("no network");
                    }))
        .hasMessage("no network");
    assertThat(cache.once(file, "thing", this::make)).hasContent("made");
  }

  private void make() throws IOException {
    made.incrementAndGet();
    Files.writeString(file, "made");
  }
}
