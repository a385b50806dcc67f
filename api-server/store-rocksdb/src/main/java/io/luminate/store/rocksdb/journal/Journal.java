// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import io.luminate.store.rocksdb.journal.AppendQueue.Boundary;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The append-only sequence of frames, numbered from 1 without a gap.
 *
 * <p>Threads: any number append and checksum; one, the journal thread, writes groups, forces,
 * applies and acknowledges; one more prepares and recycles files.
 */
public final class Journal implements AutoCloseable {
  /** Only the making of a file can be under way then, which the disk bounds. */
  private static final long BACKGROUND_WAIT_SECONDS = 60;

  private final JournalOptions options;
  private final JournalFiles files;
  private final AppendQueue queue;
  private final GroupCommit commit;
  private final ExecutorService background;
  private final Thread thread;
  private final ReentrantLock driver = new ReentrantLock();
  private final ReentrantLock closing = new ReentrantLock();
  private boolean closed;

  private Journal(
      JournalOptions options,
      JournalFiles files,
      JournalListener listener,
      ExecutorService background) {
    this.options = options;
    this.files = files;
    this.background = background;
    this.queue = new AppendQueue(options);
    this.commit = new GroupCommit(files, options, listener);
    this.thread = Thread.ofPlatform().daemon().name("journal-writer").unstarted(this::run);
  }

  /**
   * Replays what the folder holds, makes its tail clean and starts. The journal owns the files
   * named {@code journal-*.log} and {@code spare-*.log} and leaves others alone.
   */
  public static Journal open(
      Disk disk, JournalOptions options, ReplayVisitor visitor, JournalListener listener)
      throws IOException {
    boolean threads = options.drive() == JournalDrive.THREADS;
    ExecutorService background =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("journal-files").factory());
    JournalFiles files = new JournalFiles(disk, options, threads ? background : Runnable::run);
    try {
      files.recover(visitor);
    } catch (Throwable e) {
      stop(background);
      files.close();
      throw e;
    }
    Journal journal = new Journal(options, files, listener, background);
    if (threads) {
      journal.thread.start();
    }
    return journal;
  }

  /**
   * Queues an entry; the future gives its seq once it is durable and applied, or a {@link
   * JournalException}. Waits for room in the queue. Dependents of the future run on the journal
   * thread and must not block.
   */
  public CompletableFuture<Long> append(JournalEntry entry) throws InterruptedException {
    PendingAppend pending = PendingAppend.of(entry);
    if (pending.payloadBytes() > options.payloadBytesMax()) {
      throw new IllegalArgumentException(
          "the payload has %d bytes, payloadBytesMax is %d"
              .formatted(pending.payloadBytes(), options.payloadBytesMax()));
    }
    queue.offer(pending).ifPresent(pending.done()::completeExceptionally);
    if (options.drive() == JournalDrive.INLINE) {
      drive();
    }
    return pending.done();
  }

  /**
   * Runs the task on the journal thread as soon as no group is under way: everything up to {@link
   * #lastSeq} is applied then, nothing behind it. Runs even when the journal has failed.
   */
  public CompletableFuture<Void> runAtBoundary(Runnable task) {
    Boundary boundary = new Boundary(task, new CompletableFuture<>());
    if (!queue.offerBoundary(boundary)) {
      boundary.done().completeExceptionally(closedException());
    }
    if (options.drive() == JournalDrive.INLINE) {
      drive();
    }
    return boundary.done();
  }

  /**
   * One group, then the waiting boundary tasks, on the calling thread; for {@link
   * JournalDrive#MANUAL}.
   *
   * @return whether there was anything to do
   */
  public boolean runOnce() {
    if (options.drive() == JournalDrive.THREADS) {
      throw new IllegalStateException("a journal with drive THREADS runs itself");
    }
    return drive();
  }

  private boolean drive() {
    driver.lock();
    try {
      return step();
    } finally {
      driver.unlock();
    }
  }

  private void run() {
    while (queue.awaitWork()) {
      step();
    }
  }

  private boolean step() {
    JournalFile current = files.current();
    List<PendingAppend> group = queue.takeGroup(current.sizeBytes() - current.endBytes());
    if (!group.isEmpty()) {
      commit(group);
    }
    boolean ranBoundaries = false;
    for (Boundary boundary : queue.takeBoundaries()) {
      ranBoundaries = true;
      run(boundary);
    }
    return ranBoundaries || !group.isEmpty();
  }

  private void commit(List<PendingAppend> group) {
    boolean failedBefore = failed();
    commit.commit(group);
    JournalFailedException failure = commit.failure();
    if (failure != null && !failedBefore) {
      queue.refuse(failure);
    }
    queue.release(group);
  }

  private static void run(Boundary boundary) {
    try {
      boundary.task().run();
      boundary.done().complete(null);
    } catch (Throwable e) {
      boundary.done().completeExceptionally(e);
    }
  }

  /** Seq of the last frame applied; before the first one, of the last that replay knew of. */
  public long lastSeq() {
    return commit.lastSeq();
  }

  /**
   * Lets go of the files whose frames are all at or below the seq, oldest first. The file of the
   * last frame always stays.
   */
  public void releaseThrough(long seq) {
    closing.lock();
    try {
      if (!closed) {
        files.release(seq);
      }
    } finally {
      closing.unlock();
    }
  }

  /** Bytes of frames in files not yet released. */
  public long sizeBytes() {
    return files.sizeBytes();
  }

  /** What all its files take on the disk, which they do from their start. */
  public long diskBytes() {
    return files.diskBytes();
  }

  /** Whether a force failed: no append succeeds any more. */
  public boolean failed() {
    return commit.failure() != null;
  }

  public JournalStats stats() {
    return commit.stats();
  }

  /** Writes what is queued, then stops. Later appends fail with {@link JournalClosedException}. */
  @Override
  public void close() {
    queue.refuse(closedException());
    endThread();
    closing.lock();
    try {
      if (!closed) {
        closed = true;
        stop(background);
        files.close();
      }
    } finally {
      closing.unlock();
    }
  }

  private void endThread() {
    if (options.drive() == JournalDrive.THREADS) {
      joinThread();
      return;
    }
    while (drive()) {
      // Each turn writes one group of what is left.
      continue;
    }
  }

  private void joinThread() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static JournalClosedException closedException() {
    return new JournalClosedException("the journal is closed");
  }

  private static void stop(ExecutorService background) {
    background.shutdown();
    try {
      background.awaitTermination(BACKGROUND_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
