// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

/**
 * Sums since the journal was opened.
 *
 * @param frames frames acknowledged
 * @param bytes their bytes on disk, frame headers included
 * @param groups writes, each with one force where the durability asks for it
 * @param writeNanos time inside writes
 * @param forceNanos time inside forces
 * @param failedGroups groups the disk refused
 */
public record JournalStats(
    long frames, long bytes, long groups, long writeNanos, long forceNanos, long failedGroups) {}
