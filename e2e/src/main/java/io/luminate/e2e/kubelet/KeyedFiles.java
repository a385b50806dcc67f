// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder of a volume that holds the keys of ConfigMaps and Secrets. All of them change at once:
 *
 * <pre>
 * key    → ..data/key
 * ..data → ..7          swapped by one rename
 * ..7/key
 * </pre>
 */
final class KeyedFiles {
  private static final String DATA = "..data";

  /** The bytes of a file, and who may read it. */
  record Content(byte[] bytes, int mode) {
    private boolean isSame(Content other) {
      return mode == other.mode && Arrays.equals(bytes, other.bytes);
    }
  }

  private final Path folder;
  private Map<String, Content> present = Map.of();
  private int version;

  KeyedFiles(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /** Leaves these files there and no others; does nothing where that is so already. */
  void put(Map<String, Content> files) throws IOException {
    if (version > 0 && isSame(files)) {
      return;
    }
    Path old = folder.resolve(".." + version);
    version++;
    Path next = Files.createDirectory(folder.resolve(".." + version));
    for (Map.Entry<String, Content> file : files.entrySet()) {
      write(next.resolve(file.getKey()), file.getValue());
    }
    Path link = Files.createSymbolicLink(folder.resolve(DATA + "_next"), next.getFileName());
    Files.move(link, folder.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
    relink(files.keySet());
    delete(old);
    present = new TreeMap<>(files);
  }

  private boolean isSame(Map<String, Content> files) {
    return files.keySet().equals(present.keySet())
        && files.entrySet().stream()
            .allMatch(
                file -> Objects.requireNonNull(present.get(file.getKey())).isSame(file.getValue()));
  }

  private static void write(Path file, Content content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content.bytes());
    Files.setPosixFilePermissions(file, permissions(content.mode()));
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int bit = 0; bit < all.length; bit++) {
      // From the owner's r down to the others' x, as in rwxr-x--x.
      if ((mode >> (all.length - 1 - bit) & 1) == 1) {
        permissions.add(all[bit]);
      }
    }
    return permissions;
  }

  /** A path of several names is linked by its first. */
  private void relink(Set<String> keys) throws IOException {
    Set<String> wanted = new HashSet<>();
    keys.forEach(key -> wanted.add(Path.of(key).getName(0).toString()));
    try (Stream<Path> links = Files.list(folder)) {
      for (Path link : links.toList()) {
        String name = link.getFileName().toString();
        if (!name.startsWith("..") && !wanted.remove(name)) {
          Files.delete(link);
        }
      }
    }
    for (String name : wanted) {
      Files.createSymbolicLink(folder.resolve(name), Path.of(DATA, name));
    }
  }

  /** With all that is in it; links are not followed. */
  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
