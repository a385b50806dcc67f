// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** The append-only sequence of frames. */
public final class Journal implements AutoCloseable {
  private Journal() {}

  /**
   * Replays what the folder holds, makes its tail clean and starts. The journal owns the files of
   * its name patterns and leaves others alone.
   */
  public static Journal open(
      Disk disk, JournalOptions options, ReplayVisitor visitor, JournalListener listener)
      throws IOException {
    throw new UnsupportedOperationException("not yet built");
  }

  /**
   * Queues an entry; the future gives its seq once it is durable and applied, or a {@link
   * JournalException}. Waits for room in the queue. Dependents of the future run on the journal
   * thread and must not block.
   */
  public CompletableFuture<Long> append(JournalEntry entry) throws InterruptedException {
    throw new UnsupportedOperationException("not yet built");
  }

  /**
   * Runs the task on the journal thread as soon as no group is under way: everything up to {@link
   * #lastSeq} is applied then, nothing behind it. Runs even when the journal has failed.
   */
  public CompletableFuture<Void> runAtBoundary(Runnable task) {
    throw new UnsupportedOperationException("not yet built");
  }

  /** One group, then the waiting boundary tasks, on the calling thread. {@link JournalDrive#MANUAL} only. */
  public boolean runOnce() {
    throw new UnsupportedOperationException("not yet built");
  }

  /** Seq of the last frame replayed or acknowledged; 0 where there was none. */
  public long lastSeq() {
    throw new UnsupportedOperationException("not yet built");
  }

  /** Lets go of the files whose frames are all at or below the seq, oldest first. */
  public void releaseThrough(long seq) {
    throw new UnsupportedOperationException("not yet built");
  }

  /** Bytes of frames in files not yet released. */
  public long sizeBytes() {
    throw new UnsupportedOperationException("not yet built");
  }

  /** Whether a force failed: no append succeeds any more. */
  public boolean failed() {
    throw new UnsupportedOperationException("not yet built");
  }

  public JournalStats stats() {
    throw new UnsupportedOperationException("not yet built");
  }

  /** Writes what is queued, then stops. Later appends fail with {@link JournalClosedException}. */
  @Override
  public void close() {}
}
