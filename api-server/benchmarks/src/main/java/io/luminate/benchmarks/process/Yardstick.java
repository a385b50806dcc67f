// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.process;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How much processor time a fixed piece of work takes, which a thread does now and then: a virtual
 * machine is not equally fast all the time, so figures of two loads are compared in pieces. What is
 * shared beyond a processor's own cache does not show in it.
 */
public final class Yardstick implements AutoCloseable {
  /** Sorted in half a millisecond. */
  private static final int VALUES = 8_192;

  private static final int WARM_UP_PIECES = 400;
  private static final long PAUSE_MILLIS = 50;

  /** Of the thread that does it. */
  public static final String THREAD = "yardstick";

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final long[] values = new SplittableRandom(1).longs(VALUES).toArray();
  private final Thread thread = Thread.ofPlatform().daemon().name(THREAD).unstarted(this::run);
  private Mark total = new Mark(0, 0);

  /**
   * What had been done at a moment.
   *
   * @param cpuNanos of all those pieces
   */
  public record Mark(long pieces, long cpuNanos) {}

  /** Goes on until it is closed. */
  public void start() {
    thread.start();
  }

  private void run() {
    for (int i = 0; i < WARM_UP_PIECES; i++) {
      piece();
    }
    try {
      while (true) {
        add(piece());
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private long piece() {
    long before = threads.getCurrentThreadCpuTime();
    Arrays.sort(values.clone());
    return threads.getCurrentThreadCpuTime() - before;
  }

  private synchronized void add(long cpuNanos) {
    total = new Mark(total.pieces + 1, total.cpuNanos + cpuNanos);
  }

  public synchronized Mark mark() {
    return total;
  }

  /** NaN where there was none. */
  public double microsPerPieceSince(Mark mark) {
    Mark now = mark();
    return (now.cpuNanos - mark.cpuNanos) / 1e3 / (now.pieces - mark.pieces);
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
