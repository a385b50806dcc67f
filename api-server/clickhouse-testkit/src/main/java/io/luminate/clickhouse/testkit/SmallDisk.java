// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file system in memory that one process sees in place of a folder: a disk that can be full. It
 * takes a mount namespace, which not every machine lets its users have.
 */
public final class SmallDisk {
  private static final String MOUNT =
      """
      set -e
      mount -t tmpfs -o size=$0 tmpfs "$1"
      cp -a "$2/." "$1"
      mount --bind "$1" "$2"
      shift 2
      exec "$@"
      """;

  private final Path disk;
  private final Path folder;
  private final long bytesMax;

  private SmallDisk(Path disk, Path folder, long bytesMax) {
    this.disk = disk;
    this.folder = folder;
    this.bytesMax = bytesMax;
  }

  /**
   * @param disk another folder, where the same is seen
   * @param folder what is in it is on the disk in the beginning
   */
  static SmallDisk on(Path disk, Path folder, long bytesMax) throws IOException {
    return new SmallDisk(Files.createDirectories(disk), folder, bytesMax);
  }

  /** Whether it can be had here, for a server that is a process of this machine. */
  public static boolean isPossible() {
    if (Way.find() != Way.CHDB) {
      return false;
    }
    ProcessBuilder nothing = new ProcessBuilder("true");
    try {
      Path folder = Files.createTempDirectory("luminate-folder-");
      Path disk = Files.createTempDirectory("luminate-disk-");
      try {
        on(disk, folder, 1 << 20).runIn(nothing);
        return nothing.redirectErrorStream(true).start().waitFor() == 0;
      } finally {
        Files.delete(disk);
        Files.delete(folder);
      }
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The process keeps its number: each of these programs becomes the next. */
  void runIn(ProcessBuilder builder) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                MOUNT,
                Long.toString(bytesMax),
                disk.toString(),
                folder.toString()));
    command.addAll(builder.command());
    builder.command(command);
  }
}
