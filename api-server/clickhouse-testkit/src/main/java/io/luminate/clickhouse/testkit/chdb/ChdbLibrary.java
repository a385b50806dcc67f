// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit.chdb;

import io.luminate.testkit.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * ClickHouse as a library, {@code libchdb.so} of the npm package {@code @chdb/lib-linux-…}: fetched
 * with npm into the user's cache when first needed, 170 MB packed and 566 MB there.
 */
public final class ChdbLibrary {
  private static final String VERSION = "26.7.3-stable.1";
  private static final System.Logger LOG = System.getLogger(ChdbLibrary.class.getName());

  /**
   * The package by the JVM's name of the processor. Where the archive's SHA-512 is empty, npm's own
   * check of it against the registry's is the only one.
   */
  private static final Map<String, Package> PACKAGES =
      Map.of(
          "amd64",
          new Package(
              "@chdb/lib-linux-x64-gnu",
              "XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw=="),
          "aarch64",
          new Package("@chdb/lib-linux-arm64-gnu", ""));

  private record Package(String name, String sha512) {}

  private ChdbLibrary() {}

  /** Why it cannot be had here, as far as that can be told without trying. */
  public static Optional<String> obstacle() {
    String system = System.getProperty("os.name");
    String processor = System.getProperty("os.arch");
    return system.equals("Linux") && PACKAGES.containsKey(processor)
        ? Optional.empty()
        : Optional.of(
            "it is made for Linux on amd64 and aarch64, not for " + system + " on " + processor);
  }

  /** The library's file; fetched by one process while others that want it wait. */
  public static Path get() throws IOException, InterruptedException {
    return get(CacheFolder.ofUser());
  }

  static Path get(CacheFolder cache) throws IOException, InterruptedException {
    Package wanted =
        Optional.ofNullable(PACKAGES.get(System.getProperty("os.arch")))
            .orElseThrow(() -> new IOException(obstacle().orElse("no package")));
    Path folder = cache.path().resolve("chdb-" + VERSION + "-" + System.getProperty("os.arch"));
    return cache.once(
        folder.resolve("libchdb.so"), "chdb", () -> fetch(wanted, cache.path(), folder));
  }

  private static void fetch(Package wanted, Path cache, Path folder)
      throws IOException, InterruptedException {
    LOG.log(System.Logger.Level.INFO, "Fetching ClickHouse {0} once, into {1}", VERSION, folder);
    Path scratch = Files.createTempDirectory(cache, "chdb-fetch-");
    try {
      run(scratch, "npm", "pack", "--silent", wanted.name() + "@" + VERSION);
      Path archive = onlyFile(scratch);
      check(archive, wanted.sha512());
      run(scratch, "tar", "-xzf", archive.toString(), "package/libchdb.so");
      Files.move(scratch.resolve("package"), folder, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      delete(scratch);
    }
  }

  private static void run(Path folder, String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IOException(command[0] + " is not installed (" + e.getMessage() + ")", e);
    }
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + output);
    }
  }

  private static Path onlyFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.toList();
      if (found.size() != 1) {
        throw new IOException("npm pack left " + found + " in place of one archive");
      }
      return found.getFirst();
    }
  }

  static void check(Path archive, String sha512) throws IOException {
    String found = Base64.getEncoder().encodeToString(hash(archive));
    if (!sha512.isEmpty() && !found.equals(sha512)) {
      throw new IOException(archive + " has the SHA-512 " + found + " in place of " + sha512);
    }
  }

  private static byte[] hash(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-512");
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("the JDK has SHA-512", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
