// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.json.PointDecoder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decoders that no request has. As many are kept as were needed of late, as a decoder's arrays live
 * as long as its request and would fill the heap anew with each. Safe for use by many threads.
 */
final class DecoderPool {
  /** However few are needed: some 5 MiB, of points and of names and keys that were checked. */
  static final int KEPT = 8;

  private final Supplier<PointDecoder> newDecoder;

  /** Guarded by this, as what follows; who is at the end was needed least. */
  private final Deque<PointDecoder> idle = new ArrayDeque<>();

  /** Of those in the pool, since it was last trimmed. */
  private int unneeded;

  DecoderPool(Supplier<PointDecoder> newDecoder) {
    this.newDecoder = newDecoder;
  }

  PointDecoder take() {
    return poll().orElseGet(newDecoder);
  }

  private synchronized Optional<PointDecoder> poll() {
    Optional<PointDecoder> decoder = Optional.ofNullable(idle.pollFirst());
    unneeded = Math.min(unneeded, idle.size());
    return decoder;
  }

  void give(PointDecoder decoder) {
    decoder.rest();
    synchronized (this) {
      idle.addFirst(decoder);
    }
  }

  /** Lets go of those that nobody has needed since the last time; to be called now and then. */
  synchronized void trim() {
    for (; unneeded > 0 && idle.size() > KEPT; unneeded--) {
      idle.removeLast();
    }
    unneeded = idle.size();
  }

  synchronized int size() {
    return idle.size();
  }
}
