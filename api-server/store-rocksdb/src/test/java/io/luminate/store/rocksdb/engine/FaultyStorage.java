// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.segment.Catalog;
import io.luminate.store.rocksdb.segment.CatalogBatch;
import io.luminate.store.rocksdb.segment.ChunkStore;
import io.luminate.store.rocksdb.segment.Column;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import io.luminate.store.rocksdb.segment.ForwardingChunkStore;
import io.luminate.store.rocksdb.segment.SegmentId;
import io.luminate.store.rocksdb.segment.SegmentSink;
import io.luminate.store.rocksdb.segment.StorageUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Random;

/**
 * Catalog and chunks that stop the machine, or fail, at a chosen change. A change that fails may
 * have happened all the same, as with RocksDB when only the sync behind it failed.
 */
final class FaultyStorage {
  /** The machine stopped. */
  static final class Blackout extends Error {
    private static final long serialVersionUID = 1;

    Blackout() {
      super("simulated blackout", null, false, false);
    }
  }

  private final ForgetfulStorage storage;
  private final Random random;
  private long changesLeft = Long.MAX_VALUE;
  private boolean dark;
  private int passing;
  private int failing;
  private int failed;

  FaultyStorage(ForgetfulStorage storage, Random random) {
    this.storage = storage;
    this.random = random;
  }

  void crashAfter(long changes) {
    changesLeft = changes;
  }

  /** Lets some changes pass, then fails some. */
  void fail(int passes, int failures) {
    passing = passes;
    failing = failures;
  }

  /** Failures so far. */
  int failed() {
    return failed;
  }

  boolean dark() {
    return dark;
  }

  private void change(Runnable action) {
    if (dark) {
      throw new Blackout();
    }
    if (changesLeft-- <= 0) {
      dark = true;
      maybe(action);
      throw new Blackout();
    }
    if (failing > 0 && passing-- <= 0) {
      failing--;
      failed++;
      maybe(action);
      throw new StorageUnavailableException("no space left", true, new IOException("simulated"));
    }
    action.run();
  }

  private void maybe(Runnable action) {
    if (random.nextBoolean()) {
      action.run();
    }
  }

  Catalog catalog() {
    Catalog inner = storage.catalog();
    return new Catalog() {
      @Override
      public Optional<byte[]> get(byte[] key) {
        return inner.get(key);
      }

      @Override
      public void scan(byte[] fromInclusive, byte[] toExclusive, Visitor visitor) {
        inner.scan(fromInclusive, toExclusive, visitor);
      }

      @Override
      public void write(CatalogBatch batch) {
        change(() -> inner.write(batch));
      }

      @Override
      public void commit(CatalogBatch batch) {
        change(() -> inner.commit(batch));
      }
    };
  }

  ChunkStore chunks() {
    ChunkStore inner = storage.chunks();
    return new ForwardingChunkStore(inner) {
      @Override
      public SegmentSink create(SegmentId segment) {
        return new FaultySink(inner.create(segment));
      }

      @Override
      public void drop(Collection<SegmentId> segments) {
        change(() -> inner.drop(segments));
      }
    };
  }

  private final class FaultySink implements SegmentSink {
    private final SegmentSink inner;

    FaultySink(SegmentSink inner) {
      this.inner = inner;
    }

    @Override
    public SegmentId segment() {
      return inner.segment();
    }

    @Override
    public void put(Column column, int blockNo, byte[] bytes, int from, int length) {
      if (dark) {
        throw new Blackout();
      }
      inner.put(column, blockNo, bytes, from, length);
    }

    @Override
    public Optional<Path> scratchFile(Column column) {
      return inner.scratchFile(column);
    }

    @Override
    public void ingest() {
      change(inner::ingest);
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
