// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A container's root, and the script that mounts it. It is a folder of its own, whose entries are
 * links into this machine's root, seen read-only under {@code /.host}; {@code /run}, {@code /tmp}
 * and whatever a mount needs to be there are real folders in it.
 */
final class RootFolder {
  private static final Path SLASH = Path.of("/");
  private static final String HOST = ".host";

  /** Never this machine's. */
  private static final Set<String> OWN = Set.of("proc", "sys", "dev", "run", "tmp", "boot");

  private static final List<String> DEVICES =
      List.of("null", "zero", "full", "random", "urandom", "tty");

  private final Path root;
  private final List<String> script = new ArrayList<>();

  /** Paths as the container sees them that are folders of its own. */
  private final Set<Path> opened = new HashSet<>(Set.of(SLASH));

  RootFolder(Path root) throws IOException {
    this.root = Files.createDirectories(root);
    linkEntries(SLASH);
    for (String name : OWN) {
      Files.createDirectories(root.resolve(name));
      opened.add(SLASH.resolve(name));
    }
    Files.createDirectories(root.resolve(HOST));
    script.add("set -e");
    script.add("mount --bind " + quoted(root) + " " + quoted(root));
    mountHost();
    makeDevices();
  }

  /**
   * What runs here is seen even where it lies in a folder that containers have for themselves, or
   * mount something at. A volume has the link of the container before, which leads nowhere as long
   * as nobody is in the root.
   */
  private void linkTree(Path tree) {
    if (tree.getNameCount() > 1 && OWN.contains(tree.getName(0).toString())) {
      Path first = tree.subpath(0, 2);
      String link = quoted(root.resolve(first));
      script.add(
          "[ -e "
              + link
              + " ] || ln -sfn "
              + quoted(SLASH.resolve(HOST).resolve(first))
              + " "
              + link);
    }
  }

  private void mountHost() {
    script.add("mount --rbind / " + quoted(root.resolve(HOST)));
    // Refused where this machine's root came with flags that may not be taken off; no test hangs on
    // it.
    script.add("mount -o remount,bind,ro " + quoted(root.resolve(HOST)) + " || true");
    script.add("mount --rbind /proc " + quoted(root.resolve("proc")));
    script.add("mount --rbind /sys " + quoted(root.resolve("sys")));
  }

  private void makeDevices() throws IOException {
    Path devices = root.resolve("dev");
    for (String name : DEVICES) {
      Files.createFile(devices.resolve(name));
      script.add("mount --bind /dev/" + name + " " + quoted(devices.resolve(name)));
    }
    Files.createSymbolicLink(devices.resolve("fd"), Path.of("/proc/self/fd"));
    Files.createDirectories(devices.resolve("shm"));
    script.add("mount -t tmpfs shm " + quoted(devices.resolve("shm")));
  }

  /** Puts a file or folder of this machine at a path of the container. */
  void mount(Path source, String path, boolean readOnly) throws IOException {
    boolean folder = Files.isDirectory(source);
    Path at = Path.of(path).normalize();
    Path inside =
        folder ? open(at) : open(Objects.requireNonNull(at.getParent())).resolve(at.getFileName());
    Path target = root.resolve(SLASH.relativize(inside));
    if (!folder) {
      Files.deleteIfExists(target);
      Files.createFile(target);
    }
    script.add("mount --bind " + quoted(source) + " " + quoted(target));
    if (readOnly) {
      script.add("mount -o remount,bind,ro " + quoted(target));
    }
  }

  /** Makes a folder the container's own; answers where it is when links on the way are followed. */
  private Path open(Path path) throws IOException {
    Path open = SLASH;
    for (Path name : path) {
      Path next = open.resolve(name);
      if (opened.contains(next)) {
        open = next;
      } else if (Files.isSymbolicLink(next)) {
        open = open(open.resolve(Files.readSymbolicLink(next)).normalize());
      } else {
        Path own = root.resolve(SLASH.relativize(next));
        Files.deleteIfExists(own);
        Files.createDirectory(own);
        linkEntries(next);
        opened.add(next);
        open = next;
      }
    }
    return open;
  }

  /** Links to what this machine has in that folder; its links stay what they are. */
  private void linkEntries(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || !Files.isReadable(folder)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        Path target =
            Files.isSymbolicLink(entry)
                ? Files.readSymbolicLink(entry)
                : SLASH.resolve(HOST).resolve(SLASH.relativize(entry));
        if (!folder.equals(SLASH) || !OWN.contains(entry.getFileName().toString())) {
          Files.createSymbolicLink(root.resolve(SLASH.relativize(entry)), target);
        }
      }
    }
  }

  /**
   * Writes the script. Run in a mount namespace and one of host names, it ends as the command that
   * it is given.
   *
   * @param hostname as the command sees it
   * @param readOnly whether the container's own folders are, too, other than those mounted
   */
  Path finish(Path file, String hostname, String workingFolder, boolean readOnly)
      throws IOException {
    linkTree(Path.of("").toAbsolutePath());
    script.add("echo " + hostname + " > /proc/sys/kernel/hostname");
    if (readOnly) {
      script.add("mount -o remount,bind,ro " + quoted(root));
    }
    script.add("exec chroot " + quoted(root) + " env -C " + quoted(workingFolder) + " \"$@\"");
    return Files.write(file, script);
  }

  private static String quoted(Object path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }
}
