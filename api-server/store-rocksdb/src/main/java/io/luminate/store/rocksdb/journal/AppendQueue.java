// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the journal thread: entries, bounded in bytes, and boundary tasks. Bytes count
 * until their group is done.
 */
final class AppendQueue {
  private final JournalOptions options;
  private final long queueWaitNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Deque<PendingAppend> entries = new ArrayDeque<>();
  private Deque<Boundary> boundaries = new ArrayDeque<>();
  private long queuedBytes;
  private @Nullable JournalException refusal;

  /** A task and the future that tells of it. */
  record Boundary(Runnable task, CompletableFuture<Void> done) {}

  AppendQueue(JournalOptions options) {
    this.options = options;
    // With no thread to make room, waiting for it would never end.
    boolean drained = options.drive() == JournalDrive.THREADS;
    queueWaitNanos = drained ? options.queueWait().toNanos() : 0;
  }

  /** Empty if the entry was queued, else why not. */
  Optional<JournalException> offer(PendingAppend pending) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = queueWaitNanos;
      while (refusal == null && queuedBytes + pending.payloadBytes() > options.queuedBytesMax()) {
        if (left <= 0) {
          return Optional.of(overloaded());
        }
        left = room.awaitNanos(left);
      }
      if (refusal != null) {
        return Optional.of(refusal);
      }
      queuedBytes += pending.payloadBytes();
      entries.add(pending);
      work.signal();
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private JournalOverloadedException overloaded() {
    return new JournalOverloadedException(
        "the journal's queue holds %d bytes, queuedBytesMax is %d, and made no room within %s"
            .formatted(queuedBytes, options.queuedBytesMax(), options.queueWait()));
  }

  /** False once the queue is closed. */
  boolean offerBoundary(Boundary boundary) {
    lock.lock();
    try {
      if (refusal instanceof JournalClosedException) {
        return false;
      }
      boundaries.add(boundary);
      work.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for work; false once the queue is closed and empty. */
  boolean awaitWork() {
    lock.lock();
    try {
      while (entries.isEmpty() && boundaries.isEmpty()) {
        if (refusal instanceof JournalClosedException) {
          return false;
        }
        work.awaitUninterruptibly();
      }
      linger();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void linger() {
    long left = options.linger().toNanos();
    while (left > 0
        && refusal == null
        && boundaries.isEmpty()
        && queuedBytes < options.groupBytesMax()) {
      try {
        left = work.awaitNanos(left);
      } catch (InterruptedException e) {
        // Nobody interrupts the journal thread on purpose; lingering is only a courtesy.
        return;
      }
    }
  }

  /**
   * Takes entries for one group.
   *
   * @param roomBytes left in the current file; the first entry decides whether the group goes there
   */
  List<PendingAppend> takeGroup(long roomBytes) {
    lock.lock();
    try {
      List<PendingAppend> group = new ArrayList<>();
      long limit = Math.min(options.groupBytesMax(), options.fileBytes());
      long bytes = 0;
      while (!entries.isEmpty() && group.size() < GroupBuffers.FRAMES_MAX) {
        long framed = entries.getFirst().framedBytes();
        if (group.isEmpty() && framed <= roomBytes) {
          limit = Math.min(limit, roomBytes);
        } else if (bytes + framed > limit && !group.isEmpty()) {
          break;
        }
        bytes += framed;
        group.add(entries.removeFirst());
      }
      return group;
    } finally {
      lock.unlock();
    }
  }

  /** A group is done: its bytes make room. */
  void release(List<PendingAppend> group) {
    long bytes = 0;
    for (PendingAppend pending : group) {
      bytes += pending.payloadBytes();
    }
    lock.lock();
    try {
      queuedBytes -= bytes;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  Deque<Boundary> takeBoundaries() {
    lock.lock();
    try {
      Deque<Boundary> taken = boundaries;
      boundaries = new ArrayDeque<>();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** From now on entries are refused; those queued stay. Closing outranks failure. */
  void refuse(JournalException why) {
    lock.lock();
    try {
      if (refusal == null || why instanceof JournalClosedException) {
        refusal = why;
      }
      work.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
