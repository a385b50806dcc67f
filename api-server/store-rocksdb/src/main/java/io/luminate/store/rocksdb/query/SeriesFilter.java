// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.Filter;
import io.luminate.store.rocksdb.index.SeriesIndex;
import io.luminate.store.rocksdb.index.ValueDictionary;
import java.util.BitSet;

/**
 * A filter on one dimension, in codes.
 *
 * @param column code of each series
 * @param accepted codes that match, possibly none
 */
@SuppressWarnings("ArrayRecordComponent")
record SeriesFilter(int keyNo, int[] column, BitSet accepted) {
  private static final int UNKNOWN_KEY = -1;

  /** Each look-up may cost a pass over the youngest series. */
  private static final int POSTINGS_CODES_MAX = 64;

  static SeriesFilter of(Filter filter, SeriesIndex index) {
    int keyNo = index.keyNo(filter.key());
    BitSet accepted = new BitSet();
    if (filter.values().contains("")) {
      accepted.set(0);
    }
    if (keyNo < 0) {
      return new SeriesFilter(UNKNOWN_KEY, new int[0], accepted);
    }
    ValueDictionary dictionary = index.dictionary(keyNo);
    for (String value : filter.values()) {
      int code = dictionary.codeOf(value);
      if (code > 0) {
        accepted.set(code);
      }
    }
    return new SeriesFilter(keyNo, index.codes(keyNo), accepted);
  }

  /** All values but one, and the absence of the key. */
  static SeriesFilter except(int keyNo, SeriesIndex index, int code) {
    BitSet accepted = new BitSet();
    accepted.set(0, index.dictionary(keyNo).size() + 1);
    accepted.clear(code);
    return new SeriesFilter(keyNo, index.codes(keyNo), accepted);
  }

  boolean matchesNone() {
    return accepted.isEmpty();
  }

  /** The key is unknown and its absence matches. */
  boolean matchesAll() {
    return keyNo == UNKNOWN_KEY && accepted.get(0);
  }

  /** The same for any series and filter: a key that is not known, or came later, is absent. */
  boolean matchesAny(int ordinal) {
    return accepted.get(ordinal < column.length ? column[ordinal] : 0);
  }

  boolean matches(int ordinal) {
    return accepted.get(column[ordinal]);
  }

  /**
   * How many series its postings hold; more than there are if looking that up is not worth it, for
   * there are many codes, or the absence of the key matches.
   */
  long postings(SeriesIndex index) {
    return accepted.get(0) || accepted.cardinality() > POSTINGS_CODES_MAX
        ? Long.MAX_VALUE
        : accepted.stream().mapToLong(code -> index.postingSize(keyNo, code)).sum();
  }
}
