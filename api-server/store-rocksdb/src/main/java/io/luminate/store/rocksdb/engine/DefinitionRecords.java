// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.engine.SeriesDefinitions.Encoded;
import io.luminate.store.rocksdb.segment.Catalog;
import io.luminate.store.rocksdb.segment.CatalogBatch;
import io.luminate.store.rocksdb.segment.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Definitions of new series in the catalog: a second, unforced home of their strings, for the case
 * that the journal frame is damaged, until the series are in blocks.
 */
final class DefinitionRecords {
  private final Catalog catalog;
  private final AtomicLong next;

  /** Records whose frame is not applied yet; a seal must leave them. */
  private final ConcurrentSkipListSet<Long> pending = new ConcurrentSkipListSet<>();

  DefinitionRecords(Catalog catalog, long firstNumber) {
    this.catalog = catalog;
    this.next = new AtomicLong(firstNumber);
  }

  /** Returns the number, to be {@link #settle settled} once the frame is applied or refused. */
  long store(List<Encoded> definitions) {
    int size = definitions.stream().mapToInt(d -> d.bytes().length).sum();
    ByteBuffer value = ByteBuffer.allocate(size);
    definitions.forEach(d -> value.put(d.bytes()));
    long number = nextPending();
    try {
      catalog.write(new CatalogBatch().put(CatalogKeys.frame(number), value.array()));
    } catch (StorageException e) {
      pending.remove(number);
      throw Engine.unavailable(e);
    }
    return number;
  }

  void settle(long number) {
    pending.remove(number);
  }

  /** One step, so that {@link #settledBelow} never sees a number that is not pending yet. */
  private long nextPending() {
    synchronized (pending) {
      long number = next.getAndIncrement();
      pending.add(number);
      return number;
    }
  }

  /** Records that there are have lower numbers. */
  long end() {
    return next.get();
  }

  /** Records below it belong to applied frames. */
  long settledBelow() {
    synchronized (pending) {
      return pending.stream().findFirst().orElseGet(next::get);
    }
  }
}
