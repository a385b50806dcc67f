// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.kube.testkit;

import io.luminate.testkit.CacheFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The file that is all of the control plane, in the user's cache under a name that holds the hash
 * of its sources and of how they are linked: a change of a version there is another file, and going
 * back finds the old one.
 */
public final class KubeBinary {
  /** Within the tree. */
  private static final Path FOLDER = Path.of("kube-testkit", "src", "main", "go");

  /** In that folder; the last one pins every module that takes part. */
  private static final List<String> SOURCES = List.of("main.go", "go.mod", "go.sum");

  private static final int HASH_DIGITS = 16;

  private final Path sources;
  private final CacheFolder cache;

  KubeBinary(Path sources, CacheFolder cache) {
    this.sources = sources;
    this.cache = cache;
  }

  /** The one of the tree that holds the working directory, in this user's cache. */
  public static KubeBinary ofThisTree() throws IOException {
    return new KubeBinary(sources(Path.of("").toAbsolutePath()), CacheFolder.ofUser());
  }

  private static Path sources(Path from) throws IOException {
    for (Path folder = from; folder != null; folder = folder.getParent()) {
      Path sources = folder.resolve(FOLDER);
      if (Files.isDirectory(sources)) {
        return sources;
      }
    }
    throw new IOException("there is no " + FOLDER + " in " + from + " or above");
  }

  /** Where it is, or will be. */
  public Path file() throws IOException {
    return cache
        .path()
        .resolve("kube-" + hash() + "-" + System.getProperty("os.arch"))
        .resolve("kube");
  }

  /** The file; built by one process, some minutes long, while others that want it wait. */
  public Path get() throws IOException, InterruptedException {
    Path file = file();
    return cache.once(file, "kube", () -> build(file));
  }

  private void build(Path file) throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory(cache.path(), "kube-build-");
    Path built = scratch.resolve("kube");
    try {
      new GoBuild(sources).run(built);
      Files.createDirectories(file.getParent());
      Files.move(built, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(built);
      Files.deleteIfExists(scratch);
    }
  }

  private String hash() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String source : SOURCES) {
        digest.update(Files.readAllBytes(sources.resolve(source)));
        digest.update((byte) 0);
      }
      digest.update(new GoBuild(sources).linkerFlags().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest()).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("the JDK has SHA-256", e);
    }
  }
}
