// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks every few milliseconds whether a question's time is over. A timer for each question would
 * wake a thread for it, and most are answered before the next look.
 */
final class Deadlines {
  private static final long LOOK_NANOS = 10_000_000;

  /** Without a question for so long, it sleeps until there is one. */
  private static final int IDLE_LOOKS_MAX = 100;

  private static final Set<Interruption> WATCHED = ConcurrentHashMap.newKeySet();
  private static volatile boolean asleep;

  private static final Thread THREAD =
      Thread.ofPlatform().daemon().name("statement-deadlines").start(Deadlines::loop);

  private Deadlines() {}

  static void watch(Interruption interruption) {
    WATCHED.add(interruption);
    if (asleep) {
      LockSupport.unpark(THREAD);
    }
  }

  static void forget(Interruption interruption) {
    WATCHED.remove(interruption);
  }

  private static void loop() {
    for (int idle = 0; ; idle = WATCHED.isEmpty() ? idle + 1 : 0) {
      if (idle > IDLE_LOOKS_MAX) {
        sleep();
        idle = 0;
      }
      LockSupport.parkNanos(LOOK_NANOS);
      long nowNanos = System.nanoTime();
      for (Interruption each : WATCHED) {
        if (each.isDue(nowNanos)) {
          WATCHED.remove(each);
          each.interrupt();
        }
      }
    }
  }

  /** Whoever comes after it says that it is asleep wakes it; whoever came before is seen here. */
  private static void sleep() {
    asleep = true;
    while (WATCHED.isEmpty()) {
      LockSupport.park(WATCHED);
    }
    asleep = false;
  }
}
