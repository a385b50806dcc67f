// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

/** Told of each frame once it is durable, on the journal thread, before the append's future. */
@FunctionalInterface
public interface JournalListener {
  /**
   * Called in ascending seq without a gap. An exception fails the journal for good: what is stored
   * and what is applied would differ.
   */
  void applied(long seq, JournalEntry entry);
}
