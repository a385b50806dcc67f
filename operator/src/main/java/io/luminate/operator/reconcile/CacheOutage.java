// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

/**
 * For how long caches could not be read. One thread looks; others may ask whether it is long.
 * Nothing else would tell clusters, to which nothing happens meanwhile.
 */
final class CacheOutage {
  /** A watch that is renewed is away for a moment, of which nobody has to know. */
  static final int LOOKS_UNTOLD = 4;

  private volatile int looks;

  /**
   * One look.
   *
   * @return whether clusters are to be passed over for it: to say so, or to go on
   */
  boolean look(boolean areSynced) {
    boolean wasLong = isLong();
    looks = areSynced ? 0 : Math.min(looks + 1, LOOKS_UNTOLD);
    return isLong() != wasLong;
  }

  /** Whether it is so long that clusters are to say so. */
  boolean isLong() {
    return looks == LOOKS_UNTOLD;
  }
}
