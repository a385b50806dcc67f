// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.folder;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The version of everything in a data folder, in its file {@code FORMAT}: one ASCII line.
 *
 * <pre>
 * luminate-data 3
 * </pre>
 *
 * The number rises when an older version could misread what a newer one wrote.
 */
public final class FormatStamp {
  /**
   *
   *
   * <ol>
   *   <li>the first
   *   <li>deletes may have filters, which version 1 would take for deletes of everything
   *   <li>codes may be free, whose empty values version 2 would take for a value's
   * </ol>
   */
  public static final int VERSION = 3;

  static final String FILE_NAME = "FORMAT";
  private static final String NEW_FILE_NAME = "FORMAT.new";
  private static final Pattern LINE = Pattern.compile("luminate-data ([0-9]{1,9})\\s*");

  /** A longer file is not a stamp. */
  private static final int LINE_BYTES_MAX = 64;

  /** What an otherwise empty folder may hold: our own beginnings, and a fresh volume's. */
  private static final Set<String> IGNORED =
      Set.of(DataFolderLock.FILE_NAME, NEW_FILE_NAME, "lost+found");

  private FormatStamp() {}

  /**
   * Refuses a folder of a newer format or with foreign content; stamps an empty one, and one of an
   * older format, which it is no more from now on, durably. To be called under the {@link
   * DataFolderLock} before anything else is made in the folder.
   */
  public static void check(Path folder) throws IOException {
    Path file = folder.resolve(FILE_NAME);
    if (!Files.exists(file)) {
      requireEmpty(folder);
      write(folder);
    } else if (verified(folder, file) < VERSION) {
      write(folder);
    }
  }

  private static int verified(Path folder, Path file) throws IOException {
    String text =
        Files.size(file) > LINE_BYTES_MAX ? "" : new String(Files.readAllBytes(file), US_ASCII);
    Matcher matcher = LINE.matcher(text);
    if (!matcher.matches()) {
      throw new UnsupportedFormatException(
          "%s: file FORMAT must hold \"luminate-data <version>\"; it is damaged, or this is not a data folder"
              .formatted(folder));
    }
    int found = Integer.parseInt(matcher.group(1));
    if (found > VERSION || found < 1) {
      throw new UnsupportedFormatException(
          "%s has format %d, this version supports 1 to %d; start the version that wrote it, or a newer one"
              .formatted(folder, found, VERSION));
    }
    return found;
  }

  private static void requireEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      String other =
          files
              .filter(file -> !isEmptyFolder(file))
              .map(file -> file.getFileName().toString())
              .filter(name -> !IGNORED.contains(name))
              .findFirst()
              .orElse("");
      if (!other.isEmpty()) {
        throw new UnsupportedFormatException(
            "%s has no file FORMAT but holds %s; choose an empty folder, or restore FORMAT"
                .formatted(folder, other));
      }
    }
  }

  /** A folder made before the stamp says nothing yet. */
  private static boolean isEmptyFolder(Path file) {
    if (!Files.isDirectory(file)) {
      return false;
    }
    try (Stream<Path> files = Files.list(file)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private static void write(Path folder) throws IOException {
    Path made = folder.resolve(NEW_FILE_NAME);
    try (FileChannel channel =
        FileChannel.open(
            made,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      String line = "luminate-data " + VERSION + "\n";
      channel.write(ByteBuffer.wrap(line.getBytes(US_ASCII)));
      channel.force(true);
    }
    Files.move(made, folder.resolve(FILE_NAME), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
