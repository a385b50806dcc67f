// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.util.Collection;
import java.util.List;

/**
 * Keeps the bytes of sealed segments: written once, read by key, dropped whole. Which of them count
 * is for the manifest in the {@link Catalog} to say. Thread safe. Methods throw {@link
 * StorageException}.
 */
public interface ChunkStore {
  /** Begins a new segment. Its number must never have been used before. */
  SegmentSink create(SegmentId segment);

  /**
   * Reads a stored value into a buffer.
   *
   * @throws CorruptSegmentException if there is no such value, or its bytes are damaged
   */
  void read(BlockKey key, BlockBuffer into);

  /** Every segment that has bytes here, listed in the manifest or not, ascending. Reads no data. */
  List<SegmentId> segments();

  /** Forgets segments and frees their space. Those it does not hold are skipped. */
  void drop(Collection<SegmentId> segments);

  /** Bytes on disk of all segments. */
  long sizeBytes();
}
