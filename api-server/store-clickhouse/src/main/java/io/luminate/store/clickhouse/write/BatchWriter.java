// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.store.ErrorCode;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.write.block.LargeBlocks;
import io.luminate.store.clickhouse.write.block.PointBlock;
import io.luminate.store.clickhouse.write.block.Token;
import io.luminate.store.clickhouse.write.series.SeriesCursor;
import io.luminate.store.clickhouse.write.series.SeriesTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores unkeyed requests, many in one insert. A few threads take turns: one gathers, until its
 * batch is large or has waited as long as {@link FlushPolicy} says; then it inserts while the next
 * one gathers. So the more there is to do, the larger are the batches.
 *
 * <p>A request is stored whole with its batch or not at all, and is answered when its batch is, or,
 * if so configured, as soon as it is in one.
 */
final class BatchWriter implements AutoCloseable {
  /** How long a batch is tried of which nobody waits for the fate. */
  private static final Duration BUFFERED_TIMEOUT = Duration.ofMinutes(1);

  /** Texts are long where a block gets here with few rows. */
  static final long BATCH_BYTES_MAX = 16L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

  private final PointInserts inserts;
  private final SeriesTable series;
  private final LargeBlocks largeBlocks;
  private final WriteOptions options;
  private final FlushPolicy flushPolicy;
  private final WriteQueue queue;
  private final boolean buffered;
  private final Companies companies = new Companies();
  private final Pace pace = new Pace();
  private final AtomicInteger inserting = new AtomicInteger();

  /** When the latest insert ended. */
  private volatile long insertedNanos = System.nanoTime();

  private final ReentrantLock gathering = new ReentrantLock();
  private final LastFailure lastFailure = new LastFailure();
  private final List<Thread> threads = new ArrayList<>();

  BatchWriter(
      PointInserts inserts, SeriesTable series, LargeBlocks largeBlocks, WriteOptions options) {
    this.largeBlocks = largeBlocks;
    this.inserts = inserts;
    this.series = series;
    this.options = options;
    this.flushPolicy =
        new FlushPolicy(options.batches().flushInterval(), options.batches().rowsMax());
    this.queue = new WriteQueue(options.batches().queueBytesMax());
    this.buffered = options.acknowledgement() == Acknowledgement.BUFFERED;
    for (int i = 1; i <= options.batches().inserts(); i++) {
      threads.add(Thread.ofPlatform().daemon().name("insert-" + i).start(this::run));
    }
  }

  /** Returns when the points are stored, or, if so configured, when a batch has taken them. */
  void write(PointBatch points) {
    Optional<WriteFailure> lately = lastFailure.kind();
    if (lately.isPresent() && !queue.isEmpty()) {
      // Those that wait already will find out when it is over.
      throw lately.get().answer(false);
    }
    companies.enter(points.tenant());
    pace.came(System.nanoTime());
    try {
      PendingWrite write = new PendingWrite(points);
      queue.add(write);
      await(write);
    } finally {
      companies.leave(points.tenant());
    }
  }

  private void await(PendingWrite write) {
    try {
      write.fate().get(options.writeTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (queue.withdraw(write)) {
        throw waitedInVain();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (queue.withdraw(write)) {
        throw WriteFailure.PASSING.answer(false);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a fate is a value", e);
    }
    // In a batch: that ends soon, and until then the points may be read.
    Optional<StoreException> failure = write.fate().join();
    if (failure.isPresent()) {
      throw again(failure.get());
    }
  }

  private StoreException waitedInVain() {
    Optional<WriteFailure> lately = lastFailure.kind();
    if (lately.isPresent()) {
      return lately.get().answer(false);
    }
    long waitedMillis = options.writeTimeout().toMillis();
    return new StoreException(
        ErrorCode.OVERLOADED,
        "the points were not taken within " + waitedMillis + " ms; nothing was stored",
        Map.of("write_timeout_ms", waitedMillis));
  }

  /** For one of the several requests that were in a batch. */
  private static StoreException again(StoreException failure) {
    return new StoreException(
        failure.code(), String.valueOf(failure.getMessage()), failure.details());
  }

  private void run() {
    SeriesCursor cursor = series.cursor();
    PointBlock block = new PointBlock(largeBlocks);
    List<PendingWrite> batch = new ArrayList<>();
    boolean open = true;
    while (open) {
      try {
        open = gather(batch, block, cursor);
        int rows = block.rows(); // Without those that an insert adds to know itself by.
        finish(batch, rows, insert(block));
      } catch (InterruptedException closing) {
        open = false;
        finish(batch, block.rows(), Optional.of(WriteFailure.PASSING.answer(false)));
      } catch (RuntimeException | Error e) {
        LOG.error("a batch of {} rows failed", block.rows(), e);
        finish(
            batch,
            block.rows(),
            Optional.of(
                new StoreException(
                    ErrorCode.INTERNAL_ERROR, "the insert failed", Map.of("stored", "unknown"))));
        block.clear();
        block = new PointBlock(largeBlocks);
      }
      batch.clear();
      block = block.emptied();
    }
  }

  /** Fills the block from the queue; false when the queue is closed and empty. */
  private boolean gather(List<PendingWrite> batch, PointBlock block, SeriesCursor cursor)
      throws InterruptedException {
    gathering.lockInterruptibly();
    try {
      Optional<PendingWrite> next = queue.take();
      if (next.isEmpty()) {
        return false;
      }
      BatchWait wait = new BatchWait(flushPolicy, companies, pace);
      while (next.isPresent()) {
        PendingWrite write = next.get();
        batch.add(write); // First: whatever fails then, it is answered with the batch.
        if (block.add(write.points(), cursor)) {
          wait.add(write.points().tenant(), write.points().size(), write.queuedNanos());
          if (buffered) {
            // Its rows are copies, of its series too: what is answered early takes no other memory.
            batch.removeLast().fate().complete(Optional.empty());
          }
        } else {
          batch.removeLast().fate().complete(Optional.of(forgotten(false)));
        }
        next = isFull(block) ? Optional.empty() : queue.take(() -> left(wait));
      }
      return true;
    } finally {
      gathering.unlock();
    }
  }

  private boolean isFull(PointBlock block) {
    return block.rows() >= options.batches().rowsMax() || block.bytes() >= BATCH_BYTES_MAX;
  }

  private Duration left(BatchWait wait) {
    BatchWait.Inserts inserts = new BatchWait.Inserts(inserting.get() > 0, insertedNanos);
    return wait.left(System.nanoTime(), inserts);
  }

  /**
   * @param begunBefore whether an earlier request may have stored the points
   */
  static StoreException forgotten(boolean begunBefore) {
    return new StoreException(
        ErrorCode.OVERLOADED,
        "more series come in than can be remembered for the time of a request; send it again",
        Map.of("stored", begunBefore ? "unknown" : "no"));
  }

  /** Why points are not stored, if they were not a short while ago. */
  LastFailure lastFailure() {
    return lastFailure;
  }

  private Optional<StoreException> insert(PointBlock block) {
    if (block.rows() == 0) {
      return Optional.empty(); // Which says nothing of whether ClickHouse takes any.
    }
    Duration time = buffered ? BUFFERED_TIMEOUT : options.writeTimeout();
    inserting.incrementAndGet();
    try {
      inserts.store(block, Token.random(), Deadline.in(time), false);
      lastFailure.stored();
      return Optional.empty();
    } catch (StoreException e) {
      lastFailure.failed(e);
      return Optional.of(e);
    } finally {
      insertedNanos = System.nanoTime();
      inserting.decrementAndGet();
      queue.wake();
    }
  }

  /**
   * @param rows of the batch, those of requests that have been answered too
   */
  private void finish(List<PendingWrite> batch, int rows, Optional<StoreException> outcome) {
    if (buffered && rows > 0 && outcome.isPresent()) {
      LOG.error("{} points that were acknowledged from memory are lost", rows, outcome.get());
    }
    batch.forEach(write -> write.fate().complete(outcome));
  }

  /** What waits is still stored, if that takes no longer than usual. */
  @Override
  public void close() {
    queue.close();
    Deadline deadline = Deadline.in(buffered ? BUFFERED_TIMEOUT : options.writeTimeout());
    try {
      for (Thread thread : threads) {
        thread.join(deadline.remaining());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.forEach(Thread::interrupt);
    finish(queue.drain(), 0, Optional.of(WriteFailure.PASSING.answer(false)));
  }
}
