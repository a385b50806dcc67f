// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A class path of jars alone: a JVM keeps classes of folders in no cache.
 *
 * @param folder named after the JVM and all that is on the path, so what one makes of the other can
 *     be in it
 * @param path as {@code -cp} has it
 */
record JarredClassPath(Path folder, String path) {
  private static final int HASH_DIGITS = 16;

  /**
   * Makes the jars, unless they are there.
   *
   * @param parent holds the one folder; what is in there of an earlier build goes
   */
  static JarredClassPath of(String classPath, Path parent) throws IOException {
    List<Path> entries =
        Stream.of(classPath.split(File.pathSeparator)).map(Path::of).filter(Files::exists).toList();
    Path folder = parent.toAbsolutePath().resolve(hash(entries));
    if (!Files.exists(folder)) {
      delete(parent);
      Path unfinished = Files.createDirectories(parent.resolve("unfinished"));
      jars(entries, unfinished);
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    }
    return new JarredClassPath(folder, String.join(File.pathSeparator, jars(entries, folder)));
  }

  /** The paths of all, and folders among them as jars in that folder. */
  private static List<String> jars(List<Path> entries, Path folder) throws IOException {
    List<String> jars = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Path entry = entries.get(i);
      Path jar = Files.isDirectory(entry) ? folder.resolve(i + ".jar") : entry;
      if (!Files.exists(jar)) {
        pack(entry, jar);
      }
      jars.add(jar.toString());
    }
    return jars;
  }

  private static void pack(Path entry, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.setLevel(0);
      for (Path one : files(entry)) {
        zip.putNextEntry(new ZipEntry(entry.relativize(one).toString()));
        Files.copy(one, zip);
      }
    }
  }

  private static List<Path> files(Path entry) throws IOException {
    try (Stream<Path> all = Files.walk(entry)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String hash(List<Path> entries) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(Runtime.version().toString().getBytes(StandardCharsets.UTF_8));
      for (Path entry : entries) {
        boolean isFolder = Files.isDirectory(entry);
        for (Path one : files(entry)) {
          digest.update((one + "\0").getBytes(StandardCharsets.UTF_8));
          digest.update(isFolder ? Files.readAllBytes(one) : version(one));
        }
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("the JDK has SHA-256", e);
    }
  }

  /** By which a JVM tells whether a jar is the one that it knows. */
  private static byte[] version(Path jar) throws IOException {
    String version = Files.size(jar) + " " + Files.getLastModifiedTime(jar);
    return version.getBytes(StandardCharsets.UTF_8);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
