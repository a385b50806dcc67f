// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

/** What a claimed idempotency key turned out to be. */
public sealed interface IdempotencyClaim {

  /** The key was used within the window: its first answer, and nothing is to be stored. */
  record Replay(byte[] receipt) implements IdempotencyClaim {}

  /**
   * This request holds the key. Writing with it records the receipt together with the points;
   * closing without having written lets the key go.
   */
  non-sealed interface Held extends IdempotencyClaim, AutoCloseable {
    @Override
    void close();
  }
}
