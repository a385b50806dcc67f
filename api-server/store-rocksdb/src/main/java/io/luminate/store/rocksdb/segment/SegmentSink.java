// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

/**
 * Takes the values of one new segment in ascending order of (column, block), then makes them
 * readable at once. Closing it without {@link #ingest} leaves nothing behind. Not thread safe.
 */
public interface SegmentSink extends AutoCloseable {
  SegmentId segment();

  void put(Column column, int blockNo, byte[] bytes, int from, int length);

  /**
   * Makes the whole segment readable. It is sure to survive a crash once a {@link Catalog#commit}
   * that began later has returned; until then it may be there, or not, but never in part.
   */
  void ingest();

  @Override
  void close();
}
