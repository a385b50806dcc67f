// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Catalog and chunk store in memory, for simulated crashes: {@link #crash} loses what no synced
 * commit has covered. Without a crash they behave like the real ones.
 */
public final class ForgetfulStorage {
  /** What both hold at one moment. */
  private static final class State {
    final TreeMap<byte[], byte[]> records;
    final TreeMap<SegmentId, Map<BlockKey, byte[]>> segments;

    State() {
      records = new TreeMap<>(Arrays::compareUnsigned);
      segments = new TreeMap<>();
    }

    State(State other) {
      records = new TreeMap<>(other.records);
      segments = new TreeMap<>(other.segments);
    }
  }

  /** A change that the durable state has not seen. */
  private record Pending(boolean ofCatalog, java.util.function.Consumer<State> change) {}

  private State durable = new State();
  private State visible = new State();
  private final List<Pending> pending = new ArrayList<>();
  private Optional<StorageUnavailableException> failure = Optional.empty();
  private final ForgetfulCatalog catalog = new ForgetfulCatalog();
  private final ForgetfulChunkStore chunks = new ForgetfulChunkStore();

  public Catalog catalog() {
    return catalog;
  }

  public ChunkStore chunks() {
    return chunks;
  }

  /** Loses everything since the last commit. */
  public synchronized void crash() {
    pending.clear();
    visible = new State(durable);
  }

  /**
   * Loses some of what came after the last commit: of the catalog, all behind a random moment, as a
   * log would; of the chunks, any.
   */
  public synchronized void crash(Random random) {
    int catalogSurvivors = random.nextInt(pending.size() + 1);
    for (int i = 0; i < pending.size(); i++) {
      Pending change = pending.get(i);
      if (change.ofCatalog() ? i < catalogSurvivors : random.nextBoolean()) {
        change.change().accept(durable);
      }
    }
    crash();
  }

  /** From now on every write fails as on a full disk, until {@link #repair}. */
  public synchronized void fillDisk() {
    failure =
        Optional.of(
            new StorageUnavailableException(
                "no space left", true, new java.io.IOException("simulated")));
  }

  public synchronized void repair() {
    failure = Optional.empty();
  }

  private synchronized void apply(boolean ofCatalog, java.util.function.Consumer<State> change) {
    failure.ifPresent(
        e -> {
          throw e;
        });
    change.accept(visible);
    pending.add(new Pending(ofCatalog, change));
  }

  private synchronized void harden() {
    pending.forEach(change -> change.change().accept(durable));
    pending.clear();
  }

  private final class ForgetfulCatalog implements Catalog {
    @Override
    public Optional<byte[]> get(byte[] key) {
      synchronized (ForgetfulStorage.this) {
        return Optional.ofNullable(visible.records.get(key)).map(byte[]::clone);
      }
    }

    @Override
    public void scan(byte[] fromInclusive, byte[] toExclusive, Visitor visitor) {
      TreeMap<byte[], byte[]> found;
      synchronized (ForgetfulStorage.this) {
        found = new TreeMap<>(visible.records.subMap(fromInclusive, toExclusive));
      }
      for (Map.Entry<byte[], byte[]> entry : found.entrySet()) {
        if (!visitor.record(entry.getKey().clone(), entry.getValue().clone())) {
          return;
        }
      }
    }

    @Override
    public void write(CatalogBatch batch) {
      List<CatalogBatch.Change> changes = List.copyOf(batch.changes());
      apply(
          true,
          state -> {
            for (CatalogBatch.Change change : changes) {
              change
                  .value()
                  .ifPresentOrElse(
                      value -> state.records.put(change.key().clone(), value.clone()),
                      () -> state.records.remove(change.key()));
            }
          });
    }

    @Override
    public void commit(CatalogBatch batch) {
      synchronized (ForgetfulStorage.this) {
        write(batch);
        harden();
      }
    }
  }

  private final class ForgetfulChunkStore implements ChunkStore {
    @Override
    public SegmentSink create(SegmentId segment) {
      return new MapSink(segment);
    }

    @Override
    public void read(BlockKey key, BlockBuffer into) {
      byte[] value;
      synchronized (ForgetfulStorage.this) {
        value = visible.segments.getOrDefault(key.segment(), Map.of()).get(key);
      }
      if (value == null) {
        throw new CorruptSegmentException(key, "there is no such value");
      }
      System.arraycopy(value, 0, into.resize(value.length), 0, value.length);
    }

    @Override
    public List<SegmentId> segments() {
      synchronized (ForgetfulStorage.this) {
        return List.copyOf(visible.segments.keySet());
      }
    }

    @Override
    public void drop(Collection<SegmentId> segments) {
      List<SegmentId> dropped = List.copyOf(segments);
      apply(false, state -> state.segments.keySet().removeAll(dropped));
    }

    @Override
    public long sizeBytes() {
      synchronized (ForgetfulStorage.this) {
        return visible.segments.values().stream()
            .flatMap(blocks -> blocks.values().stream())
            .mapToLong(block -> block.length)
            .sum();
      }
    }
  }

  private final class MapSink implements SegmentSink {
    private final SegmentId segment;
    private final Map<BlockKey, byte[]> blocks = new HashMap<>();
    private byte[] lastKey = new byte[0];

    MapSink(SegmentId segment) {
      this.segment = segment;
    }

    @Override
    public SegmentId segment() {
      return segment;
    }

    @Override
    public void put(Column column, int blockNo, byte[] bytes, int from, int length) {
      BlockKey key = new BlockKey(segment, column, blockNo);
      if (Arrays.compareUnsigned(lastKey, key.toBytes()) >= 0) {
        throw new IllegalStateException(key + " is not in ascending order");
      }
      lastKey = key.toBytes();
      blocks.put(key, Arrays.copyOfRange(bytes, from, from + length));
    }

    @Override
    public Optional<Path> scratchFile(Column column) {
      return Optional.empty();
    }

    @Override
    public void ingest() {
      Map<BlockKey, byte[]> finished = Map.copyOf(blocks);
      apply(false, state -> state.segments.put(segment, finished));
    }

    @Override
    public void close() {
      blocks.clear();
    }
  }
}
