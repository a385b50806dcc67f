// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.Optional;

/** What a claimed idempotency key turned out to be. */
public sealed interface IdempotencyClaim {

  /** The key was used within the window: its first answer, and nothing is to be stored. */
  record Replay(byte[] receipt) implements IdempotencyClaim {}

  /**
   * This request holds the key. Writing with it records the receipt together with the points;
   * closing without having written lets the key go.
   *
   * <p>Where several processes write into one store, another one may have begun the same request
   * and not come to its end, or be at it still. Then the key is bound to that one's decision, and
   * whoever holds it has to write exactly those points and to answer with that receipt.
   */
  non-sealed interface Held extends IdempotencyClaim, AutoCloseable {
    /** What the key is bound to already. */
    default Optional<WriteDecision> bound() {
      return Optional.empty();
    }

    /**
     * Binds the key before the points are written.
     *
     * @return what another process bound it to just before, if one did
     */
    default Optional<WriteDecision> bind(WriteDecision decision) {
      return Optional.empty();
    }

    @Override
    void close();
  }
}
