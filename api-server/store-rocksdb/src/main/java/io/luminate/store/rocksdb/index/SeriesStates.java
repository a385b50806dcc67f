// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import java.util.Arrays;
import java.util.BitSet;

/**
 * What each ordinal of an index is, in bits. For one writer at a time; {@link #isDefined} and
 * {@link #freeCount} are for anybody.
 *
 * <pre>
 * in use     a series was resolved; defined once a durable frame, or the catalog, has its dimensions
 * retiring   in use or a hole, and maybe dead: taken for undefined until it is revived or kept
 * free       a hole that nothing refers to
 * </pre>
 */
final class SeriesStates {
  /** What the catalog is told. */
  private final BitSet defined = new BitSet();

  /**
   * Defined and not retiring, for readers without a lock; one that is not seen yet costs a second
   * definition.
   */
  private volatile long[] visibleWords = new long[1];

  private final BitSet retiring = new BitSet();

  /** What was defined before it was undefined, until that is durable. */
  private final BitSet undefined = new BitSet();

  /**
   * Undefined in a batch of which nobody knows whether it is durable. Whoever writes to one has to
   * define it once more.
   */
  private final BitSet unsure = new BitSet();

  private final BitSet free = new BitSet();
  private volatile int freeCount;

  /** No lower ordinal is free. */
  private int freeFrom;

  /** Series that were ever defined, those that were loaded included. */
  private long definedEver;

  boolean isDefined(int ordinal) {
    long[] words = visibleWords;
    int word = ordinal >>> 6;
    return word < words.length && (words[word] & 1L << ordinal) != 0;
  }

  int freeCount() {
    return freeCount;
  }

  BitSet defined() {
    return defined;
  }

  long definedEver() {
    return definedEver;
  }

  /** Whether it ever was, retiring or not; for ordinals in use. */
  boolean wasDefined(int ordinal) {
    return defined.get(ordinal) || undefined.get(ordinal);
  }

  /** Whether the catalog has to be told. */
  boolean define(int ordinal) {
    boolean news = !defined.get(ordinal);
    defined.set(ordinal);
    unsure.clear(ordinal);
    definedEver += news ? 1 : 0;
    revive(ordinal);
    return news;
  }

  void revive(int ordinal) {
    retiring.clear(ordinal);
    if (defined.get(ordinal) && !unsure.get(ordinal)) {
      show(ordinal);
    }
  }

  private void show(int ordinal) {
    int word = ordinal >>> 6;
    long[] words = visibleWords;
    if (word >= words.length) {
      words = Arrays.copyOf(words, Math.max(word + 1, words.length * 2));
    }
    words[word] |= 1L << ordinal;
    visibleWords = words;
  }

  /** All of these that are not free. */
  int retire(BitSet ordinals) {
    ordinals.stream().filter(ordinal -> !free.get(ordinal)).forEach(retiring::set);
    long[] words = visibleWords.clone();
    retiring.stream()
        .filter(o -> o >>> 6 < words.length)
        .forEach(o -> words[o >>> 6] &= ~(1L << o));
    visibleWords = words;
    return retiring.cardinality();
  }

  BitSet retiring() {
    return (BitSet) retiring.clone();
  }

  /** Retiring ones are not defined any more; says which were. */
  BitSet undefineRetiring() {
    undefined.or(retiring);
    undefined.and(defined);
    defined.andNot(undefined);
    return (BitSet) undefined.clone();
  }

  /** They are defined after all, or maybe not. */
  void redefine() {
    defined.or(undefined);
    unsure.or(undefined);
    undefined.clear();
  }

  /** Retiring ones are free; says which. */
  BitSet freeRetiring() {
    undefined.clear();
    BitSet gone = (BitSet) retiring.clone();
    retiring.clear();
    unsure.andNot(gone);
    free.or(gone);
    freeFrom = 0;
    freeCount = free.cardinality();
    return gone;
  }

  /** The lowest free ordinal, which is no more, or this one if there is none. */
  int take(int otherwise) {
    int ordinal = freeCount == 0 ? -1 : free.nextSetBit(freeFrom);
    if (ordinal < 0) {
      return otherwise;
    }
    unfree(ordinal);
    freeFrom = ordinal + 1;
    return ordinal;
  }

  void unfree(int ordinal) {
    if (free.get(ordinal)) {
      free.clear(ordinal);
      int left = freeCount - 1;
      freeCount = left;
    }
  }

  /** Forgets the free ordinals at the end of so many; returns how many are left. */
  int trim(int series) {
    int end = free.previousClearBit(series - 1) + 1;
    free.clear(end, series);
    freeCount = free.cardinality();
    return end;
  }
}
