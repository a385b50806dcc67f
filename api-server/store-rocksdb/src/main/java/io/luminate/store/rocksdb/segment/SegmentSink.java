// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Takes the values of one new segment in ascending order of (column, block), then makes them
 * readable at once. Closing it without {@link #ingest} leaves nothing behind. Not thread safe.
 */
public interface SegmentSink extends AutoCloseable {
  SegmentId segment();

  void put(Column column, int blockNo, byte[] bytes, int from, int length);

  /**
   * A file for blocks of a column that must wait for their turn, if there is one; it is gone when
   * the sink is closed.
   */
  Optional<Path> scratchFile(Column column);

  /**
   * Makes the whole segment readable. It is sure to survive a crash once a {@link Catalog#commit}
   * that began later has returned; until then it may be there, or not, but never in part.
   */
  void ingest();

  @Override
  void close();
}
