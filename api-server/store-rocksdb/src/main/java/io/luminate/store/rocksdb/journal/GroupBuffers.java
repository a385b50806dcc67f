// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Lays a group out as the buffers of one gathered write. Reused by one thread. */
final class GroupBuffers {
  /** Bounds the staging buffer: {@value} frames of small payloads. */
  static final int FRAMES_MAX = 256;

  /** Below it a copy is cheaper than one more buffer for the operating system to gather. */
  private static final int COPIED_BYTES_MAX = 8 << 10;

  private static final int STAGED_BYTES_MAX =
      FRAMES_MAX * (FrameHeader.BYTES + COPIED_BYTES_MAX + FrameHeader.ALIGNMENT);

  private static final byte[] PADDING = new byte[FrameHeader.ALIGNMENT];

  private final ByteBuffer staging;
  private final List<ByteBuffer> parts = new ArrayList<>();
  private int stagedFrom;

  /** A group is at most that long, or has one frame. */
  GroupBuffers(int groupBytesMax) {
    long needed = groupBytesMax + FrameHeader.framedBytes(COPIED_BYTES_MAX);
    int bytes = (int) Math.min(STAGED_BYTES_MAX, needed);
    staging = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Valid until the next call. */
  ByteBuffer[] layOut(List<PendingAppend> group, FileId file, long seqFirst) {
    staging.clear();
    parts.clear();
    stagedFrom = 0;
    for (int i = 0; i < group.size(); i++) {
      add(group.get(i), file, seqFirst + i, i);
    }
    endStaged();
    return parts.toArray(ByteBuffer[]::new);
  }

  private void add(PendingAppend pending, FileId file, long seq, int groupIndex) {
    int bytes = pending.payloadBytes();
    new FrameHeader(bytes, seq, file.generation(), groupIndex, pending.payloadCrc32c())
        .put(staging, file.salt());
    if (bytes <= COPIED_BYTES_MAX) {
      staging.put(pending.payload().duplicate());
    } else {
      endStaged();
      parts.add(pending.payload().duplicate());
    }
    staging.put(PADDING, 0, FrameHeader.paddingBytes(bytes));
  }

  private void endStaged() {
    if (staging.position() > stagedFrom) {
      parts.add(staging.slice(stagedFrom, staging.position() - stagedFrom));
    }
    stagedFrom = staging.position();
  }
}
