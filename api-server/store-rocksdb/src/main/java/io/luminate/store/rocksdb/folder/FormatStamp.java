// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of everything in a data folder, in the file {@code FORMAT}: one line, {@code
 * luminate-data <version>}. Written before anything else when a folder is new.
 */
public final class FormatStamp {
  /** The version that this program writes, and the newest it reads. */
  public static final int VERSION = 1;

  private static final String FILE = "FORMAT";
  private static final Pattern LINE = Pattern.compile("luminate-data ([0-9]{1,9})\\s*");

  private FormatStamp() {}

  /**
   * Stamps a new folder, or makes sure that this program understands an old one.
   *
   * @throws IOException when the format is newer or the stamp is unreadable
   */
  public static void check(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      write(folder, file);
      return;
    }
    String found = Files.readString(file, StandardCharsets.UTF_8);
    Matcher line = LINE.matcher(found);
    if (!line.matches()) {
      throw new IOException("its file FORMAT is not 'luminate-data <version>'");
    }
    int version = Integer.parseInt(line.group(1));
    if (version > VERSION) {
      throw new IOException(
          "its format version %d is newer than the %d that this program reads; start the newer program on it"
              .formatted(version, VERSION));
    }
  }

  private static void write(Path folder, Path file) throws IOException {
    Path fresh = folder.resolve(FILE + ".new");
    byte[] line = ("luminate-data " + VERSION + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(line));
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
