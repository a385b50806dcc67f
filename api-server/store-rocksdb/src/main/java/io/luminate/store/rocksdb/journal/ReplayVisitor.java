// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Receives the frames found when a journal is opened, in ascending seq, on the opening thread. */
public interface ReplayVisitor {
  /** Frames below it are neither read nor missed. */
  default long seqMin() {
    return 1;
  }

  /**
   * Frames up to it are known to have been acknowledged, whether the journal still holds them or
   * not: those that it lacks are lost, and no new frame gets the seq of one.
   */
  default long seqFloor() {
    return seqMin() - 1;
  }

  /** The payload is valid during the call only; its byte order is a new buffer's, big-endian. */
  void frame(long seq, ByteBuffer payload) throws IOException;

  /**
   * Acknowledged frames that cannot be read; later ones follow in {@link #frame}. The visitor
   * remembers the last of them for its next {@link #seqFloor} before it returns: what proves here
   * that they had been acknowledged may not outlive this opening.
   */
  void corruption(JournalCorruption corruption) throws IOException;

  /** The last group was not written whole; it was never acknowledged and its rest is dropped. */
  default void tornTail(JournalTornTail tail) {}
}
