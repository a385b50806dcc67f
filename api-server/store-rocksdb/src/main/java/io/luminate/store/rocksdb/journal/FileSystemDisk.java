// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** A folder of the file system. */
public final class FileSystemDisk implements Disk {
  /** Large enough that filling a file is bound by the disk, small enough to keep resident. */
  private static final int ZEROS_BYTES = 1 << 20;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ZEROS_BYTES).asReadOnlyBuffer();

  private final Path folder;

  /** The folder must exist. */
  public FileSystemDisk(Path folder) {
    this.folder = folder;
  }

  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Override
  public DiskFile create(String name, long sizeBytes) throws IOException {
    Path path = folder.resolve(name);
    FileChannel channel = FileChannel.open(path, CREATE_NEW, READ, WRITE);
    try {
      fillWithZeros(channel, sizeBytes);
      channel.force(true);
      return new ChannelFile(channel);
    } catch (IOException | RuntimeException e) {
      discard(channel, path, e);
      throw e;
    }
  }

  private static void fillWithZeros(FileChannel channel, long sizeBytes) throws IOException {
    long position = 0;
    while (position < sizeBytes) {
      int length = (int) Math.min(ZEROS_BYTES, sizeBytes - position);
      position += channel.write(ZEROS.slice(0, length), position);
    }
  }

  private static void discard(FileChannel channel, Path path, Exception cause) {
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new ChannelFile(FileChannel.open(folder.resolve(name), READ, WRITE));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        folder.resolve(from),
        folder.resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.delete(folder.resolve(name));
  }

  @Override
  public void syncDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, READ)) {
      channel.force(true);
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  private static final class ChannelFile implements DiskFile {
    private final FileChannel channel;

    ChannelFile(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void write(ByteBuffer[] buffers, long positionBytes) throws IOException {
      // Gathering writes exist at the channel's own position only; reads never use that position.
      channel.position(positionBytes);
      int first = 0;
      while (first < buffers.length) {
        if (buffers[first].hasRemaining()) {
          channel.write(buffers, first, buffers.length - first);
        } else {
          first++;
        }
      }
    }

    @Override
    public int read(ByteBuffer target, long positionBytes) throws IOException {
      int total = 0;
      while (target.hasRemaining()) {
        int read = channel.read(target, positionBytes + total);
        if (read < 0) {
          break;
        }
        total += read;
      }
      return total;
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public long sizeBytes() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
