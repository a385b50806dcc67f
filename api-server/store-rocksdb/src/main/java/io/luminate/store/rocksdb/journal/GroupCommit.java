// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import io.luminate.store.rocksdb.journal.JournalFiles.UnsyncedDirectoryException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes groups, one at a time: write, force, apply, acknowledge, in this order. Used by one thread
 * at a time; the results are read by any.
 */
final class GroupCommit {
  private final JournalFiles files;
  private final JournalListener listener;
  private final boolean forced;
  private final GroupBuffers buffers;

  /** End of what a refused write may have left behind the current file's end; 0 if nothing. */
  private long remainsEndBytes;

  private volatile long lastSeq;
  private volatile @Nullable JournalFailedException failure;
  private volatile JournalStats stats = new JournalStats(0, 0, 0, 0, 0, 0);

  GroupCommit(JournalFiles files, JournalOptions options, JournalListener listener) {
    this.files = files;
    this.listener = listener;
    this.forced = options.durability() == Durability.DISK;
    this.buffers = new GroupBuffers(options.groupBytesMax());
    this.lastSeq = files.seqLast();
  }

  long lastSeq() {
    return lastSeq;
  }

  JournalStats stats() {
    return stats;
  }

  @Nullable JournalFailedException failure() {
    return failure;
  }

  /** Every future of the group is done on return. */
  void commit(List<PendingAppend> group) {
    JournalFailedException before = failure;
    if (before != null) {
      refuse(group, before);
      return;
    }
    try {
      write(group);
    } catch (JournalWriteException e) {
      stats = stats.withFailedGroup();
      refuse(group, e);
    } catch (JournalFailedException e) {
      fail(group, e);
    } catch (Throwable e) {
      fail(group, new JournalFailedException("the journal failed at frame " + (lastSeq + 1), e));
    }
  }

  private void fail(List<PendingAppend> group, JournalFailedException e) {
    failure = e;
    stats = stats.withFailedGroup();
    refuse(group, e);
  }

  private static void refuse(List<PendingAppend> group, JournalException why) {
    for (PendingAppend pending : group) {
      pending.done().completeExceptionally(why);
    }
  }

  private void write(List<PendingAppend> group) {
    long bytes = group.stream().mapToLong(PendingAppend::framedBytes).sum();
    wipeRemains();
    JournalFile file = fileFor(bytes);
    long startNanos = System.nanoTime();
    transfer(group, file, bytes);
    long writtenNanos = System.nanoTime();
    if (forced) {
      force(file);
    }
    long forcedNanos = System.nanoTime();
    file.advance(file.endBytes() + bytes, lastSeq + group.size());
    stats =
        stats.withGroup(group.size(), bytes, writtenNanos - startNanos, forcedNanos - writtenNanos);
    acknowledge(group);
  }

  /**
   * A refused write may have left whole frames. They go before their seqs are given to others, and
   * durably, whatever the durability of frames is: a crash must find neither both nor the wrong
   * one.
   */
  private void wipeRemains() {
    if (remainsEndBytes == 0) {
      return;
    }
    JournalFile file = files.current();
    try {
      file.wipe(file.endBytes(), remainsEndBytes);
    } catch (IOException e) {
      throw refused(file, e);
    }
    force(file);
    remainsEndBytes = 0;
  }

  private JournalFile fileFor(long bytes) {
    try {
      return files.fileWithRoomFor(bytes);
    } catch (UnsyncedDirectoryException e) {
      throw new JournalFailedException(e.getMessage() + " (a new file's name may be lost)", e);
    } catch (IOException e) {
      throw new JournalWriteException("no new journal file: " + e.getMessage(), e);
    }
  }

  private void transfer(List<PendingAppend> group, JournalFile file, long bytes) {
    try {
      file.disk().write(buffers.layOut(group, file.id(), lastSeq + 1), file.endBytes());
    } catch (IOException e) {
      remainsEndBytes = file.endBytes() + bytes;
      throw refused(file, e);
    }
  }

  private static JournalWriteException refused(JournalFile file, IOException e) {
    return new JournalWriteException(
        "journal file %s refused a write at offset %d: %s"
            .formatted(file.name(), file.endBytes(), e.getMessage()),
        e);
  }

  private void force(JournalFile file) {
    try {
      file.disk().force();
    } catch (IOException e) {
      throw new JournalFailedException(
          "journal file %s could not be forced to the disk behind offset %d: %s"
              .formatted(file.name(), file.endBytes(), e.getMessage()),
          e);
    }
  }

  private void acknowledge(List<PendingAppend> group) {
    long seqFirst = lastSeq + 1;
    for (int i = 0; i < group.size(); i++) {
      listener.applied(seqFirst + i, group.get(i).entry());
      lastSeq = seqFirst + i;
    }
    for (int i = 0; i < group.size(); i++) {
      group.get(i).done().complete(seqFirst + i);
    }
  }
}
