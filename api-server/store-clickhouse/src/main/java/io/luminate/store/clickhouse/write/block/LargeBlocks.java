// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import java.util.concurrent.Semaphore;

/**
 * Lets one block at a time be large. Rows of ordinary texts never are; a legal request of long ones
 * takes 64 MiB, and two of those fill a heap.
 */
public final class LargeBlocks {
  /** From which on a block is. */
  static final long BYTES_MIN = 24L << 20;

  private final Semaphore free = new Semaphore(1);

  /** Waits for the large block that there is, whose insert ends with its deadline. */
  void enter() {
    free.acquireUninterruptibly();
  }

  void leave() {
    free.release();
  }
}
