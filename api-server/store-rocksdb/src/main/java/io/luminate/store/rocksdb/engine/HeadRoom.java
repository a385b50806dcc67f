// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.rocksdb.head.Head;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Holds writers back while sealing is behind, so that unsealed points never take more than twice
 * their budget.
 */
final class HeadRoom {
  private static final int BACKLOG_MAX = 2;
  private static final Duration WAIT_MAX = Duration.ofSeconds(10);

  private final AtomicReference<EngineState> state;
  private final long headBytesMax;

  HeadRoom(AtomicReference<EngineState> state, long headBytesMax) {
    this.state = state;
    this.headBytesMax = headBytesMax;
  }

  long bytes() {
    EngineState now = state.get();
    long bytes = 0;
    for (Head head : now.sealing()) {
      bytes += head.bytes();
    }
    for (Head head : now.growing().values()) {
      bytes += head.bytes();
    }
    return bytes;
  }

  boolean wantsSeal() {
    EngineState now = state.get();
    long bytes = 0;
    for (Head head : now.growing().values()) {
      bytes += head.bytes();
    }
    return bytes >= headBytesMax;
  }

  void await() {
    if (bytes() >= headBytesMax * BACKLOG_MAX) {
      awaitLocked();
    }
  }

  private synchronized void awaitLocked() {
    long deadlineNanos = System.nanoTime() + WAIT_MAX.toNanos();
    while (bytes() >= headBytesMax * BACKLOG_MAX) {
      long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) {
        throw overloaded();
      }
      try {
        wait(leftMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw overloaded();
      }
    }
  }

  private StoreException overloaded() {
    return new StoreException(
        ErrorCode.OVERLOADED,
        "sealing is behind: unsealed points take " + bytes() + " bytes",
        Map.of("limit_bytes", headBytesMax * BACKLOG_MAX, "used_bytes", bytes()));
  }

  synchronized void freed() {
    notifyAll();
  }
}
