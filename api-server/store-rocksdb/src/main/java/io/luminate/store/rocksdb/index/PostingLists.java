// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntFunction;

/** Postings of each key, built when somebody asks, and again when too many series came since. */
final class PostingLists {
  private final Arrivals arrivals;
  private final IntFunction<Postings> builder;
  private volatile Postings[] byKey = new Postings[0];

  /**
   * @param builder of a key's, by its number
   */
  PostingLists(Arrivals arrivals, IntFunction<Postings> builder) {
    this.arrivals = arrivals;
    this.builder = builder;
  }

  /**
   * @param tail ordinals that came since they were built
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Current(Postings built, int[] tail) {}

  int[] ordinals(int keyNo, int[] codes, int series, int code) {
    Current now = current(keyNo, series);
    return now.built().of(codes, now.tail(), code);
  }

  int size(int keyNo, int[] codes, int series, int code) {
    Current now = current(keyNo, series);
    return now.built().size(codes, now.tail(), code);
  }

  private Current current(int keyNo, int series) {
    Postings[] known = byKey;
    Postings built = keyNo < known.length ? known[keyNo] : Postings.NONE;
    while (true) {
      Optional<int[]> tail = arrivals.since(built.arrivals());
      if (tail.isPresent() && !Postings.tooOld(series, tail.get())) {
        return new Current(built, tail.get());
      }
      built = rebuild(keyNo);
    }
  }

  private Postings rebuild(int keyNo) {
    Postings built = builder.apply(keyNo);
    put(keyNo, built);
    return built;
  }

  private synchronized void put(int keyNo, Postings built) {
    Postings[] known = byKey;
    Postings[] grown = Arrays.copyOf(known, Math.max(known.length, keyNo + 1));
    for (int i = known.length; i < grown.length; i++) {
      grown[i] = Postings.NONE;
    }
    grown[keyNo] = built;
    byKey = grown;
  }

  /** Gives their memory back. */
  void forget() {
    byKey = new Postings[0];
  }
}
