// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.folder;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to use a data folder, held by locking its file {@code LOCK}. The operating system lets
 * go of it when the process ends, however it ends; the file stays and means nothing by itself. It
 * holds the decimal process id of the last holder, for messages only.
 */
public final class DataFolderLock implements AutoCloseable {
  static final String FILE_NAME = "LOCK";

  /** A process id has at most 20 digits. */
  private static final int PID_BYTES_MAX = 32;

  /**
   * Folders held by this process. The file must not even be opened a second time: closing any
   * channel of it would give up the process's lock on POSIX systems.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private DataFolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** The folder must exist. */
  public static DataFolderLock acquire(Path folder) throws IOException {
    Path real = folder.toRealPath();
    if (!HELD.add(real)) {
      throw new DataFolderInUseException("%s is already open in this process".formatted(folder));
    }
    try {
      return new DataFolderLock(real, lock(real, folder));
    } catch (IOException | RuntimeException e) {
      HELD.remove(real);
      throw e;
    }
  }

  private static FileChannel lock(Path real, Path shown) throws IOException {
    FileChannel channel = FileChannel.open(real.resolve(FILE_NAME), CREATE, READ, WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new DataFolderInUseException(inUse(shown, readPid(channel)));
      }
      writePid(channel);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static String inUse(Path folder, String pid) {
    String holder = pid.isEmpty() ? "another process" : "process " + pid;
    return "%s is in use by %s; stop it, or choose another folder".formatted(folder, holder);
  }

  private static String readPid(FileChannel channel) {
    ByteBuffer bytes = ByteBuffer.allocate(PID_BYTES_MAX);
    try {
      channel.read(bytes, 0);
    } catch (IOException e) {
      return "";
    }
    String text = US_ASCII.decode(bytes.flip()).toString().strip();
    return text.chars().allMatch(c -> c >= '0' && c <= '9') ? text : "";
  }

  /** Not forced: after a power loss nobody holds the lock. */
  private static void writePid(FileChannel channel) throws IOException {
    channel.truncate(0);
    String line = ProcessHandle.current().pid() + "\n";
    channel.write(ByteBuffer.wrap(line.getBytes(US_ASCII)), 0);
  }

  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
      HELD.remove(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
