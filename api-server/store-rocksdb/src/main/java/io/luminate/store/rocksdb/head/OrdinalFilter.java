// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.head;

/**
 * Tells most pages that lack a series apart from those that may have it, so that a question about
 * one customer does not look at every unsealed point. A Bloom filter with 16 bits per point and
 * three hashes: wrong for one series in 200, never about one that is there. Built when first asked,
 * an eleventh of its page's bytes.
 */
public final class OrdinalFilter {
  private static final int BITS_PER_POINT = 16;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;
  private static final int HASH_SHIFT = 21;

  /** Of pages that still grow. */
  static final OrdinalFilter UNKNOWN = new OrdinalFilter(new int[0], -1);

  private final int[] ordinals;
  private final int size;
  private volatile long[] words = new long[0];

  OrdinalFilter(int[] ordinals, int size) {
    this.ordinals = ordinals;
    this.size = size;
  }

  boolean mayHold(int ordinal) {
    if (size < 0) {
      return true;
    }
    long[] built = words.length == 0 ? build() : words;
    int mask = built.length * Long.SIZE - 1;
    long hash = hash(ordinal);
    return has(built, (int) hash & mask)
        && has(built, (int) (hash >>> HASH_SHIFT) & mask)
        && has(built, (int) (hash >>> 2 * HASH_SHIFT) & mask);
  }

  /** Two threads may both build it; they build the same. */
  private long[] build() {
    int bits = Integer.highestOneBit(Math.max(Long.SIZE, size * BITS_PER_POINT));
    long[] fresh = new long[bits / Long.SIZE];
    int mask = bits - 1;
    for (int i = 0; i < size; i++) {
      long hash = hash(ordinals[i]);
      set(fresh, (int) hash & mask);
      set(fresh, (int) (hash >>> HASH_SHIFT) & mask);
      set(fresh, (int) (hash >>> 2 * HASH_SHIFT) & mask);
    }
    words = fresh;
    return fresh;
  }

  private static long hash(int ordinal) {
    long spread = (ordinal + 1L) * SPREAD;
    return spread ^ spread >>> 32;
  }

  private static boolean has(long[] words, int bit) {
    return (words[bit >>> 6] & 1L << bit) != 0;
  }

  private static void set(long[] words, int bit) {
    words[bit >>> 6] |= 1L << bit;
  }
}
