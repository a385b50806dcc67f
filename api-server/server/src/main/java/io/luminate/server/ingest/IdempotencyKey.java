// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import io.luminate.store.BodyHash;

/** A client's name for one write, and the hash of the body it came with. */
public record IdempotencyKey(String key, BodyHash body) {
  /** Keeps the journal's frames small. */
  public static final int LENGTH_MAX = 128;

  /** 1–128 printable ASCII characters. */
  public static boolean valid(String key) {
    return !key.isEmpty()
        && key.length() <= LENGTH_MAX
        && key.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
  }
}
