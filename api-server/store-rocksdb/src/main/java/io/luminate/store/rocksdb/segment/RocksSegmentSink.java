// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.rocksdb.CompressionType;
import org.rocksdb.EnvOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;
import org.rocksdb.Status;

/** Writes a segment into an SST file of its own, then hands it over. Not thread safe. */
final class RocksSegmentSink implements SegmentSink {
  private static final int BUFFER_BYTES = 2 * Block.TARGET_BYTES;

  /**
   * Bytes written before the kernel is asked to begin with them, so that the end does not stall.
   */
  private static final long BYTES_PER_SYNC = 1L << 20;

  private final SegmentId segment;
  private final Path file;
  private final Consumer<Path> ingest;
  private final Options options;
  private final EnvOptions environment;
  private final SstFileWriter writer;
  private final ByteBuffer key = ByteBuffer.allocateDirect(BlockKey.SIZE_BYTES);
  private ByteBuffer value = ByteBuffer.allocateDirect(BUFFER_BYTES);

  RocksSegmentSink(SegmentId segment, Path file, Consumer<Path> ingest) {
    this.segment = segment;
    this.file = file;
    this.ingest = ingest;
    options =
        new Options()
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setTableFormatConfig(RocksInstance.chunkTable());
    environment = new EnvOptions().setBytesPerSync(BYTES_PER_SYNC);
    writer = new SstFileWriter(environment, options);
    try {
      writer.open(file.toString());
    } catch (RocksDBException e) {
      close();
      throw unavailable("opening", e);
    }
  }

  @Override
  public SegmentId segment() {
    return segment;
  }

  @Override
  public void put(Column column, int blockNo, byte[] bytes, int from, int length) {
    if (length > value.capacity()) {
      value = ByteBuffer.allocateDirect(length + length / 2);
    }
    key.clear().put(new BlockKey(segment, column, blockNo).toBytes()).flip();
    value.clear().put(bytes, from, length).flip();
    try {
      writer.put(key, value);
    } catch (RocksDBException e) {
      throw unavailable("writing", e);
    }
  }

  @Override
  public void ingest() {
    try {
      writer.finish();
    } catch (RocksDBException e) {
      throw unavailable("finishing", e);
    }
    ingest.accept(file);
  }

  @Override
  public Optional<Path> scratchFile(Column column) {
    return Optional.of(scratch(column));
  }

  private Path scratch(Column column) {
    return file.resolveSibling(file.getFileName() + "." + column);
  }

  private StorageUnavailableException unavailable(String what, RocksDBException e) {
    Status status = e.getStatus();
    boolean outOfSpace = status != null && status.getSubCode() == Status.SubCode.NoSpace;
    return new StorageUnavailableException(
        what + " " + file + ": " + e.getMessage(), outOfSpace, e);
  }

  @Override
  public void close() {
    writer.close();
    environment.close();
    options.close();
    try {
      Files.deleteIfExists(file);
      for (Column column : Column.values()) {
        Files.deleteIfExists(scratch(column));
      }
    } catch (IOException e) {
      throw new StorageUnavailableException("removing " + file + ": " + e, false, e);
    }
  }
}
