// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import io.luminate.store.rocksdb.codec.ByteSink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One opening of the database, with every native object it needs. Thread safe, but must not be used
 * once closed: {@link RocksStorage} sees to that.
 */
final class RocksInstance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RocksInstance.class);
  private static final byte[] CATALOG = "catalog".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHUNKS = "chunks".getBytes(StandardCharsets.US_ASCII);

  /** Blocks of the catalog, its index and its filters. Chunks never enter it. */
  private static final long CACHE_BYTES = 16L << 20;

  /** Two memtables of the catalog at most: what it may hold in memory before it stalls. */
  private static final long CATALOG_MEMTABLE_BYTES = 8L << 20;

  private static final int CATALOG_MEMTABLES_MAX = 2;
  private static final long CATALOG_FILE_BYTES = 16L << 20;
  private static final int CATALOG_BLOCK_BYTES = 16 << 10;

  /** The log is replayed at start, so it must not grow. */
  private static final long LOG_BYTES_MAX = 64L << 20;

  /** Each open file keeps its index in memory, some ten kilobytes for a segment. */
  private static final int OPEN_FILES_MAX = 512;

  private static final int FILTER_BITS_PER_KEY = 10;
  private static final int INFO_LOGS_KEPT = 2;
  private static final long INFO_LOG_BYTES_MAX = 1L << 20;

  private static final byte PUT_RECORD = 0x05;
  private static final byte DELETE_RECORD = 0x04;

  private enum Mode {
    /** Refuses to open if any of the files it looks at is damaged. */
    STRICT,
    /** Finds damage when it is read. A failed write does not block the next: the owner reopens. */
    TOLERANT,
    READ_ONLY
  }

  static {
    NativeLibrary.load();
  }

  private final Deque<AutoCloseable> natives = new ArrayDeque<>();
  private final RocksDB db;
  private final ColumnFamilyHandle catalog;
  private final ColumnFamilyHandle chunks;
  private final ReadOptions chunkReads;
  private final WriteOptions unsynced;
  private final WriteOptions synced;
  private final IngestExternalFileOptions ingestOptions;

  private RocksInstance(Path folder, Mode mode) throws RocksDBException {
    try {
      LRUCache cache = keep(new LRUCache(CACHE_BYTES));
      List<ColumnFamilyDescriptor> families =
          List.of(
              new ColumnFamilyDescriptor(
                  RocksDB.DEFAULT_COLUMN_FAMILY, keep(new ColumnFamilyOptions())),
              new ColumnFamilyDescriptor(CATALOG, catalogOptions(cache)),
              new ColumnFamilyDescriptor(CHUNKS, chunkOptions()));
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      DBOptions options = databaseOptions(mode);
      db =
          keep(
              mode == Mode.READ_ONLY
                  ? RocksDB.openReadOnly(options, folder.toString(), families, handles)
                  : RocksDB.open(options, folder.toString(), families, handles));
      handles.forEach(this::keep);
      catalog = handles.get(1);
      chunks = handles.get(2);
      chunkReads = keep(new ReadOptions()).setVerifyChecksums(true).setFillCache(false);
      unsynced = keep(new WriteOptions());
      synced = keep(new WriteOptions()).setSync(true);
      ingestOptions =
          keep(new IngestExternalFileOptions())
              .setMoveFiles(true)
              .setSnapshotConsistency(false)
              .setAllowGlobalSeqNo(false)
              .setAllowBlockingFlush(false);
    } catch (RocksDBException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** A damaged end of one file, found on opening it, must not keep the others from being read. */
  static RocksInstance open(Path folder) throws RocksDBException {
    try {
      return new RocksInstance(folder, Mode.STRICT);
    } catch (RocksDBException e) {
      if (e.getStatus() == null || e.getStatus().getCode() != Status.Code.Corruption) {
        throw e;
      }
      LOG.error("A damaged file will not be readable, the others are: {}", e.getMessage());
      return openTolerant(folder, e);
    }
  }

  private static RocksInstance openTolerant(Path folder, RocksDBException reason)
      throws RocksDBException {
    try {
      return new RocksInstance(folder, Mode.TOLERANT);
    } catch (RocksDBException e) {
      reason.addSuppressed(e);
      throw reason;
    }
  }

  /** Serves reads where there is no space to open for writing. */
  static RocksInstance openReadOnly(Path folder) throws RocksDBException {
    return new RocksInstance(folder, Mode.READ_ONLY);
  }

  private <T extends AutoCloseable> T keep(T nativeObject) {
    natives.push(nativeObject);
    return nativeObject;
  }

  private DBOptions databaseOptions(Mode mode) {
    return keep(unreserved())
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setMaxOpenFiles(OPEN_FILES_MAX)
        .setMaxBackgroundJobs(2)
        .setMaxTotalWalSize(LOG_BYTES_MAX)
        .setManualWalFlush(false)
        .setParanoidChecks(mode != Mode.TOLERANT)
        .setSkipStatsUpdateOnDbOpen(true)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(INFO_LOGS_KEPT)
        .setMaxLogFileSize(INFO_LOG_BYTES_MAX);
  }

  /** Nothing is reserved: that would be 68 MiB for a log and a manifest of some kilobytes. */
  private static DBOptions unreserved() {
    Properties properties = new Properties();
    properties.setProperty("allow_fallocate", "false");
    return Objects.requireNonNull(DBOptions.getDBOptionsFromProps(properties), "DBOptions");
  }

  private ColumnFamilyOptions catalogOptions(LRUCache cache) {
    return keep(new ColumnFamilyOptions())
        .setWriteBufferSize(CATALOG_MEMTABLE_BYTES)
        .setMaxWriteBufferNumber(CATALOG_MEMTABLES_MAX)
        .setTargetFileSizeBase(CATALOG_FILE_BYTES)
        .setLevelCompactionDynamicLevelBytes(true)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(CATALOG_BLOCK_BYTES)
                .setCacheIndexAndFilterBlocks(true)
                .setFilterPolicy(keep(new BloomFilter(FILTER_BITS_PER_KEY))));
  }

  private ColumnFamilyOptions chunkOptions() {
    return keep(new ColumnFamilyOptions())
        .setDisableAutoCompactions(true)
        .setCompressionType(CompressionType.NO_COMPRESSION)
        .setTableFormatConfig(chunkTable());
  }

  /**
   * No cache: blocks are read once per query, and the index (one entry per value) stays resident.
   */
  static BlockBasedTableConfig chunkTable() {
    return new BlockBasedTableConfig().setNoBlockCache(true);
  }

  byte[] getRecord(byte[] key) throws RocksDBException {
    return db.get(catalog, key);
  }

  void scanRecords(byte[] from, byte[] to, Catalog.Visitor visitor) throws RocksDBException {
    try (Slice end = new Slice(to);
        ReadOptions options = new ReadOptions().setIterateUpperBound(end);
        RocksIterator iterator = db.newIterator(catalog, options)) {
      iterator.seek(from);
      while (iterator.isValid() && visitor.record(iterator.key(), iterator.value())) {
        iterator.next();
      }
      iterator.status();
    }
  }

  void writeRecords(CatalogBatch batch, boolean sync) throws RocksDBException {
    try (WriteBatch nativeBatch = new WriteBatch(serialize(batch.changes()))) {
      db.write(sync ? synced : unsynced, nativeBatch);
    }
  }

  /**
   * The batch in RocksDB's own stable form, so that it crosses into native code in one call:
   *
   * <pre>
   * u64 sequence (0) | u32 changes | per change: u8 5 put, 4 delete | varint column family
   *   | varint length, key | put: varint length, value
   * </pre>
   */
  private byte[] serialize(List<CatalogBatch.Change> changes) {
    ByteSink out = new ByteSink(1 << 10);
    out.putLong(0);
    out.putInt(changes.size());
    for (CatalogBatch.Change change : changes) {
      out.putByte(change.value().isPresent() ? PUT_RECORD : DELETE_RECORD);
      out.putVarLong(catalog.getID());
      putWithLength(change.key(), out);
      change.value().ifPresent(value -> putWithLength(value, out));
    }
    return out.toByteArray();
  }

  private static void putWithLength(byte[] bytes, ByteSink out) {
    out.putVarLong(bytes.length);
    out.putBytes(bytes, 0, bytes.length);
  }

  /**
   * The size of a stored value, of which as much is copied as there is room, or a negative number.
   */
  int getBlock(byte[] key, BlockBuffer into) throws RocksDBException {
    return db.get(chunks, chunkReads, key, 0, key.length, into.bytes(), 0, into.capacity());
  }

  void ingest(Path file) throws RocksDBException {
    db.ingestExternalFile(chunks, List.of(file.toString()), ingestOptions);
  }

  void deleteSegments(List<byte[]> ranges) throws RocksDBException {
    db.deleteFilesInRanges(chunks, ranges, false);
  }

  List<LiveFileMetaData> chunkFiles() {
    return db.getLiveFilesMetaData().stream()
        .filter(file -> java.util.Arrays.equals(file.columnFamilyName(), CHUNKS))
        .toList();
  }

  /** In the reverse order of creation, the database before its column families' options. */
  @Override
  public void close() {
    while (!natives.isEmpty()) {
      try {
        natives.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("closing a native object failed", e);
      }
    }
  }
}
