// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.nio.ByteBuffer;

/** What is appended. The journal hands the same object back to {@link JournalListener#applied}. */
public interface JournalEntry {
  /**
   * The frame's content, from position to limit: ready, and left unchanged until the append's
   * future is done. A direct buffer saves a copy. The journal reads a duplicate.
   */
  ByteBuffer payload();
}
