// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

/**
 * Sums since the journal was opened.
 *
 * @param frames frames written, and forced where the durability asks for it
 * @param bytes their bytes on disk, frame headers included
 * @param groups writes, each with at most one force
 * @param writeNanos time inside writes
 * @param forceNanos time inside forces
 * @param failedGroups groups not acknowledged
 */
public record JournalStats(
    long frames, long bytes, long groups, long writeNanos, long forceNanos, long failedGroups) {
  JournalStats withGroup(int groupFrames, long groupBytes, long write, long force) {
    return new JournalStats(
        frames + groupFrames,
        bytes + groupBytes,
        groups + 1,
        writeNanos + write,
        forceNanos + force,
        failedGroups);
  }

  JournalStats withFailedGroup() {
    return new JournalStats(frames, bytes, groups, writeNanos, forceNanos, failedGroups + 1);
  }
}
