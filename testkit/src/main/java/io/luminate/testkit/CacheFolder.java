// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.testkit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Where things are kept that are fetched or built once, outside the tree. */
public record CacheFolder(Path path) {

  /** Puts a file where it is wanted, whole at once: others look for it without a lock. */
  @FunctionalInterface
  public interface Maker {
    void make() throws IOException, InterruptedException;
  }

  /** This user's. */
  public static CacheFolder ofUser() {
    return of(System.getenv());
  }

  /** {@code LUMINATE_CACHE}, else {@code luminate} in {@code XDG_CACHE_HOME}, else in ~/.cache. */
  static CacheFolder of(Map<String, String> environment) {
    String own = environment.getOrDefault("LUMINATE_CACHE", "");
    if (!own.isEmpty()) {
      return new CacheFolder(Path.of(own));
    }
    String users = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path caches =
        users.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(users);
    return new CacheFolder(caches.resolve("luminate"));
  }

  /**
   * The file; made by one process while others that want it wait.
   *
   * @param lock a name for what is made one at a time
   */
  public Path once(Path file, String lock, Maker maker) throws IOException, InterruptedException {
    if (Files.exists(file)) {
      return file;
    }
    Files.createDirectories(path);
    // Synchronized, for a file lock is not held against other threads of the same JVM.
    synchronized (CacheFolder.class) {
      try (FileChannel channel =
              FileChannel.open(
                  path.resolve(lock + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        if (!Files.exists(file)) {
          maker.make();
        }
      }
    }
    return file;
  }
}
