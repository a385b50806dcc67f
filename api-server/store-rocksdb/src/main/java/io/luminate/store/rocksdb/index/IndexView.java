// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import io.luminate.model.Dimensions;
import java.util.List;

/** The index of one moment: later series may show, those that had points stay as they are. */
public final class IndexView implements SeriesIndex {
  private final int seriesCount;
  private final SeriesColumns seen;
  private final PostingLists postings;

  IndexView(int seriesCount, SeriesColumns seen, PostingLists postings) {
    this.seriesCount = seriesCount;
    this.seen = seen;
    this.postings = postings;
  }

  /** Every ordinal that had points is below it. */
  public int seriesCount() {
    return seriesCount;
  }

  int keyCount() {
    return seen.keyCount();
  }

  @Override
  public int keyNo(String key) {
    return seen.keyNo(key);
  }

  @Override
  public List<String> keys() {
    return seen.keys;
  }

  @Override
  public int[] codes(int keyNo) {
    return seen.codes[keyNo];
  }

  @Override
  public ValueDictionary dictionary(int keyNo) {
    return seen.dictionaries.get(keyNo);
  }

  @Override
  public long clusterHash(int ordinal) {
    return seen.clusterHash[ordinal];
  }

  @Override
  public long hashHigh(int ordinal) {
    return seen.hashHigh[ordinal];
  }

  @Override
  public long hashLow(int ordinal) {
    return seen.hashLow[ordinal];
  }

  @Override
  public int[] ordinalsOf(int keyNo, int code) {
    return postings.ordinals(keyNo, seen.codes[keyNo], seriesCount, code);
  }

  @Override
  public int postingSize(int keyNo, int code) {
    return postings.size(keyNo, seen.codes[keyNo], seriesCount, code);
  }

  @Override
  public Dimensions dimensions(int ordinal) {
    return seen.dimensions(ordinal);
  }
}
