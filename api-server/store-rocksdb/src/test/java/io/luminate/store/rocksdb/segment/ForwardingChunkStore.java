// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.util.Collection;
import java.util.List;

/** Does what another store does, but for what a test makes of it. */
public class ForwardingChunkStore implements ChunkStore {
  private final ChunkStore inner;

  public ForwardingChunkStore(ChunkStore inner) {
    this.inner = inner;
  }

  @Override
  public SegmentSink create(SegmentId segment) {
    return inner.create(segment);
  }

  @Override
  public void read(BlockKey key, BlockBuffer into) {
    inner.read(key, into);
  }

  @Override
  public List<SegmentId> segments() {
    return inner.segments();
  }

  @Override
  public void drop(Collection<SegmentId> segments) {
    inner.drop(segments);
  }

  @Override
  public long sizeBytes() {
    return inner.sizeBytes();
  }
}
