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

  record ChunkItem(SegmentId segment, ChunkRef chunk, long fromMillis, long toMillis)
      implements ScanItem {
    boolean whole() {
      return chunk.within(fromMillis, toMillis);
    }
  }

  /** Points {@code [first, end)} of a page. */
  record PageItem(PointPage page, int first, int end, long fromMillis, long toMillis)
      implements ScanItem {}
}
