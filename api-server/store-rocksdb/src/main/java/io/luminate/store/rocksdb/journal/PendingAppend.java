// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** An entry on its way into a frame; its checksum is the appending thread's work. */
record PendingAppend(
    JournalEntry entry, ByteBuffer payload, int payloadCrc32c, CompletableFuture<Long> done) {
  static PendingAppend of(JournalEntry entry) {
    ByteBuffer payload = entry.payload().duplicate();
    int crc = FrameHeader.crc32c(payload.duplicate());
    return new PendingAppend(entry, payload, crc, new CompletableFuture<>());
  }

  int payloadBytes() {
    return payload.remaining();
  }

  long framedBytes() {
    return FrameHeader.framedBytes(payload.remaining());
  }
}
