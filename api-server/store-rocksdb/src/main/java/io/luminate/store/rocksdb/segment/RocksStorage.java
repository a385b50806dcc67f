// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * Catalog and chunks in one RocksDB, in the folders {@code rocksdb} and {@code staging} (segments
 * that are being written) of a data folder.
 *
 * <p>After a write that failed, RocksDB refuses all others until it is opened again. The next write
 * does that, once there is space; reads go on meanwhile. Concurrency: every use holds the read
 * lock, opening again the write lock.
 */
public final class RocksStorage implements AutoCloseable {
  /** Free space below which opening again is not tried: it writes a few files of its own. */
  private static final long REOPEN_BYTES_MIN = 4L << 20;

  private final Path databaseFolder;
  private final Path stagingFolder;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Catalog catalog = new RocksCatalog();
  private final ChunkStore chunks = new RocksChunkStore();

  /** Guarded by {@link #lock}; nothing once closed, or when opening again failed wholly. */
  private @Nullable RocksInstance instance;

  /** Whether a write has failed since the instance was opened. */
  private volatile boolean failed;

  private boolean closed;

  /** Something done with an open database. */
  @FunctionalInterface
  private interface Action<T> {
    T apply(RocksInstance rocks) throws RocksDBException;
  }

  private RocksStorage(Path folder) {
    databaseFolder = folder.resolve("rocksdb");
    stagingFolder = folder.resolve("staging");
  }

  /** Opens or creates the storage of a data folder and removes half-written segments. */
  public static RocksStorage open(Path folder) {
    RocksStorage storage = new RocksStorage(folder);
    try {
      Files.createDirectories(storage.databaseFolder);
      Files.createDirectories(storage.stagingFolder);
      storage.clearStaging();
      storage.instance = RocksInstance.open(storage.databaseFolder);
      return storage;
    } catch (IOException e) {
      throw new StorageUnavailableException("opening " + folder + ": " + e, false, e);
    } catch (RocksDBException e) {
      throw storage.translate("opening " + storage.databaseFolder, e);
    }
  }

  public Catalog catalog() {
    return catalog;
  }

  public ChunkStore chunks() {
    return chunks;
  }

  /** Bytes on disk of everything in both folders. */
  public long sizeBytes() {
    return folderBytes(databaseFolder) + folderBytes(stagingFolder);
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      closeInstance();
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void closeInstance() {
    RocksInstance open = instance;
    instance = null;
    if (open != null) {
      open.close();
    }
  }

  private void clearStaging() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(stagingFolder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  private static long folderBytes(Path folder) {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        // Files come and go under a running database.
        bytes += file.toFile().length();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  private <T> T read(String what, Action<T> action) {
    lock.readLock().lock();
    try {
      return action.apply(openInstance(what));
    } catch (RocksDBException e) {
      throw translate(what, e);
    } finally {
      lock.readLock().unlock();
    }
  }

  private void write(String what, Action<?> action) {
    // A thread inside a scan cannot wait for all readers to leave; its write fails as the last did.
    if (failed && lock.getReadHoldCount() == 0) {
      reopen(what);
    }
    lock.readLock().lock();
    try {
      Object ignored = action.apply(openInstance(what));
    } catch (RocksDBException e) {
      failed = true;
      throw translate(what, e);
    } finally {
      lock.readLock().unlock();
    }
  }

  private RocksInstance openInstance(String what) {
    RocksInstance open = instance;
    if (open == null) {
      throw new StorageUnavailableException(
          what + ": " + databaseFolder + (closed ? " is closed" : " could not be opened again"),
          false,
          new IllegalStateException("no open database"));
    }
    return open;
  }

  private void reopen(String what) {
    lock.writeLock().lock();
    try {
      if (!failed || closed) {
        return;
      }
      long usableBytes = Files.getFileStore(databaseFolder).getUsableSpace();
      if (usableBytes < REOPEN_BYTES_MIN) {
        throw new StorageUnavailableException(
            "%s: %d bytes free on %s, at least %d needed"
                .formatted(what, usableBytes, databaseFolder, REOPEN_BYTES_MIN),
            true,
            new IOException("no space left"));
      }
      closeInstance();
      openAgain(what);
    } catch (IOException e) {
      throw new StorageUnavailableException(what + ": " + e, false, e);
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void openAgain(String what) {
    try {
      instance = RocksInstance.open(databaseFolder);
      failed = false;
    } catch (RocksDBException e) {
      StorageException reason = translate(what, e);
      try {
        instance = RocksInstance.openReadOnly(databaseFolder);
      } catch (RocksDBException readOnly) {
        reason.addSuppressed(readOnly);
      }
      throw reason;
    }
  }

  private StorageException translate(String what, RocksDBException e) {
    Status status = e.getStatus();
    String message = what + ": " + e.getMessage();
    if (status != null && status.getCode() == Status.Code.Corruption) {
      return new CorruptSegmentException(message, e);
    }
    boolean outOfSpace = status != null && status.getSubCode() == Status.SubCode.NoSpace;
    return new StorageUnavailableException(message, outOfSpace, e);
  }

  private final class RocksCatalog implements Catalog {
    @Override
    public Optional<byte[]> get(byte[] key) {
      return read("catalog look-up", rocks -> Optional.ofNullable(rocks.getRecord(key)));
    }

    @Override
    public void scan(byte[] fromInclusive, byte[] toExclusive, Visitor visitor) {
      read(
          "catalog scan",
          rocks -> {
            rocks.scanRecords(fromInclusive, toExclusive, visitor);
            return true;
          });
    }

    @Override
    public void write(CatalogBatch batch) {
      write(batch, false);
    }

    @Override
    public void commit(CatalogBatch batch) {
      write(batch, true);
    }

    private void write(CatalogBatch batch, boolean sync) {
      RocksStorage.this.write(
          sync ? "catalog commit" : "catalog write",
          rocks -> {
            rocks.writeRecords(batch, sync);
            return true;
          });
    }
  }

  private final class RocksChunkStore implements ChunkStore {
    @Override
    public SegmentSink create(SegmentId segment) {
      Path file = stagingFolder.resolve(segment.partitionDay() + "-" + segment.number() + ".sst");
      return new RocksSegmentSink(segment, file, RocksStorage.this::ingest);
    }

    @Override
    public void read(BlockKey key, BlockBuffer into) {
      byte[] keyBytes = key.toBytes();
      String what = "reading " + key;
      int size = RocksStorage.this.read(what, rocks -> rocks.getBlock(keyBytes, into));
      if (size > into.capacity()) {
        into.resize(size);
        size = RocksStorage.this.read(what, rocks -> rocks.getBlock(keyBytes, into));
      }
      if (size < 0) {
        throw new CorruptSegmentException(key, "there is no such value");
      }
      into.resize(size);
    }

    @Override
    public List<SegmentId> segments() {
      TreeSet<SegmentId> found = new TreeSet<>();
      for (LiveFileMetaData file :
          RocksStorage.this.read("listing segments", RocksInstance::chunkFiles)) {
        found.add(BlockKey.segmentOf(file.smallestKey()));
      }
      return List.copyOf(found);
    }

    @Override
    public void drop(Collection<SegmentId> segments) {
      if (segments.isEmpty()) {
        return;
      }
      List<byte[]> ranges =
          segments.stream().flatMap(segment -> BlockKey.range(segment).stream()).toList();
      write(
          "dropping segments " + segments,
          rocks -> {
            rocks.deleteSegments(ranges);
            return true;
          });
    }

    @Override
    public long sizeBytes() {
      return RocksStorage.this.read("sizing segments", RocksInstance::chunkFiles).stream()
          .mapToLong(LiveFileMetaData::size)
          .sum();
    }
  }

  private void ingest(Path file) {
    write(
        "ingesting " + file,
        rocks -> {
          rocks.ingest(file);
          return true;
        });
  }
}
