// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

/** Who runs the journal's work. */
public enum JournalDrive {
  /** Two threads of its own: one writes, one prepares and recycles files. For production. */
  THREADS,
  /** The caller, one group for each {@link Journal#runOnce}: groups of a test's choosing. */
  MANUAL,
  /** The appending thread, before {@link Journal#append} returns: each frame is its own group. */
  INLINE
}
