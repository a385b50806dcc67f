// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.head.PointPage;
import io.luminate.store.rocksdb.segment.ChunkRef;
import io.luminate.store.rocksdb.segment.SegmentId;

/** A unit of scanning; its points between both ends, inclusive, count. */
sealed interface ScanItem {
  long fromMillis();

  long toMillis();

  /** What is missing within that besides. */
  Cuts cuts();

  record ChunkItem(SegmentId segment, ChunkRef chunk, long fromMillis, long toMillis, Cuts cuts)
      implements ScanItem {
    boolean whole() {
      return cuts.isEmpty() && chunk.within(fromMillis, toMillis);
    }

    /** Whether it certainly has a point that counts, whatever series it is of. */
    boolean latestCounts() {
      return chunk.maxTimestampMillis() >= cuts.highestMillis();
    }
  }

  /** Points {@code [first, end)} of a page. */
  record PageItem(PointPage page, int first, int end, long fromMillis, long toMillis, Cuts cuts)
      implements ScanItem {}
}
