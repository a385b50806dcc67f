// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import io.luminate.model.Dimensions;
import io.luminate.model.SeriesHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The arrays of one moment. Later moments share or copy them, and never change what is there. */
final class SeriesColumns {
  /** In the place of a key that no series has. */
  static final String NO_KEY = "";

  private static final int SERIES_MIN = 2;
  private static final int KEPT_SERIES_MIN = 64;

  final List<String> keys;
  final Map<String, Integer> keyNos;
  final List<Dictionary> dictionaries;
  final int[][] codes;
  final long[] hashHigh;
  final long[] hashLow;
  final long[] clusterHash;
  final byte[] pairs;

  private SeriesColumns(
      List<String> keys,
      Map<String, Integer> keyNos,
      List<Dictionary> dictionaries,
      int[][] codes,
      long[] hashHigh,
      long[] hashLow,
      long[] clusterHash,
      byte[] pairs) {
    this.keys = keys;
    this.keyNos = keyNos;
    this.dictionaries = dictionaries;
    this.codes = codes;
    this.hashHigh = hashHigh;
    this.hashLow = hashLow;
    this.clusterHash = clusterHash;
    this.pairs = pairs;
  }

  static SeriesColumns empty() {
    return new SeriesColumns(
        List.of(),
        Map.of(),
        List.of(),
        new int[0][],
        new long[SERIES_MIN],
        new long[SERIES_MIN],
        new long[SERIES_MIN],
        new byte[SERIES_MIN]);
  }

  int keyNo(String key) {
    return keyNos.getOrDefault(key, -1);
  }

  /** Of one key, its postings included. */
  long columnBytes() {
    return 2L * Integer.BYTES * hashHigh.length;
  }

  /** With the slots by which series are found. */
  long bytes() {
    return codes.length * columnBytes()
        + hashHigh.length * (3L * Long.BYTES + 1 + 2 * Integer.BYTES);
  }

  boolean hasHash(int ordinal, SeriesHash hash) {
    return hashHigh[ordinal] == hash.high() && hashLow[ordinal] == hash.low();
  }

  boolean equal(int ordinal, Dimensions dimensions) {
    if (pairs[ordinal] != (byte) dimensions.size()) {
      return false;
    }
    for (int i = 0; i < dimensions.size(); i++) {
      int keyNo = keyNo(dimensions.key(i));
      if (keyNo < 0 || codes[keyNo][ordinal] == 0) {
        return false;
      }
      if (codes[keyNo][ordinal] != dictionaries.get(keyNo).codeOf(dimensions.value(i))) {
        return false;
      }
    }
    return true;
  }

  Dimensions dimensions(int ordinal) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int keyNo = 0; keyNo < keys.size(); keyNo++) {
      int code = codes[keyNo][ordinal];
      if (code != 0) {
        values.put(keys.get(keyNo), dictionaries.get(keyNo).value(code));
      }
    }
    return Dimensions.of(values);
  }

  void setHashes(int ordinal, SeriesHash hash, long cluster, int pairCount) {
    hashHigh[ordinal] = hash.high();
    hashLow[ordinal] = hash.low();
    clusterHash[ordinal] = cluster;
    pairs[ordinal] = (byte) pairCount;
  }

  int capacity() {
    return hashHigh.length;
  }

  boolean isHole(int ordinal) {
    return hashHigh[ordinal] == 0 && hashLow[ordinal] == 0;
  }

  /** Leaves a hole. */
  void clear(int ordinal) {
    for (int[] column : codes) {
      column[ordinal] = 0;
    }
    hashHigh[ordinal] = 0;
    hashLow[ordinal] = 0;
    clusterHash[ordinal] = 0;
    pairs[ordinal] = 0;
  }

  SeriesColumns withRoomFor(int series) {
    return series <= hashHigh.length
        ? this
        : ofCapacity(Math.max(series, hashHigh.length + (hashHigh.length >> 1) + SERIES_MIN));
  }

  /** Half as much as is there at most, once a quarter would do. */
  SeriesColumns withRoomForOnly(int series) {
    return series * 4L <= hashHigh.length && hashHigh.length > KEPT_SERIES_MIN
        ? ofCapacity(series * 2 + SERIES_MIN)
        : this;
  }

  private SeriesColumns ofCapacity(int capacity) {
    int[][] grown = new int[codes.length][];
    for (int i = 0; i < codes.length; i++) {
      grown[i] = Arrays.copyOf(codes[i], capacity);
    }
    return new SeriesColumns(
        keys,
        keyNos,
        dictionaries,
        grown,
        Arrays.copyOf(hashHigh, capacity),
        Arrays.copyOf(hashLow, capacity),
        Arrays.copyOf(clusterHash, capacity),
        Arrays.copyOf(pairs, capacity));
  }

  /** Keys whose number means something. */
  int keyCount() {
    return keyNos.size();
  }

  /** With the key in the place of one that is gone, or behind all others. */
  SeriesColumns withKey(String key, Dictionary dictionary) {
    if (keyNos.containsKey(key)) {
      return this;
    }
    int free = keys.indexOf(NO_KEY);
    return free >= 0 ? withKeyAt(free, key, dictionary) : withLastKey(key, dictionary);
  }

  /** As its number is its place, stored keys come in their order, those that are gone included. */
  SeriesColumns withLastKey(String key, Dictionary dictionary) {
    return withOneMore().withKeyAt(keys.size(), key, dictionary);
  }

  private SeriesColumns withOneMore() {
    List<String> moreKeys = new ArrayList<>(keys);
    moreKeys.add(NO_KEY);
    List<Dictionary> moreDictionaries = new ArrayList<>(dictionaries);
    moreDictionaries.add(Dictionary.NONE);
    int[][] moreCodes = Arrays.copyOf(codes, codes.length + 1);
    moreCodes[codes.length] = new int[hashHigh.length];
    return with(moreKeys, moreDictionaries, moreCodes);
  }

  private SeriesColumns withKeyAt(int keyNo, String key, Dictionary dictionary) {
    List<String> otherKeys = new ArrayList<>(keys);
    otherKeys.set(keyNo, key);
    List<Dictionary> others = new ArrayList<>(dictionaries);
    others.set(keyNo, dictionary);
    return with(otherKeys, others, codes);
  }

  /** Without keys that none of so many series has; their columns wait for others. */
  SeriesColumns withoutUnusedKeys(int series) {
    SeriesColumns kept = this;
    for (int keyNo = 0; keyNo < codes.length; keyNo++) {
      boolean used = IntStream.of(codes[keyNo]).limit(series).anyMatch(code -> code != 0);
      kept = used ? kept : kept.withKeyAt(keyNo, NO_KEY, Dictionary.NONE);
    }
    return kept;
  }

  private SeriesColumns with(
      List<String> otherKeys, List<Dictionary> otherDictionaries, int[][] otherCodes) {
    Map<String, Integer> numbers = new HashMap<>();
    for (int keyNo = 0; keyNo < otherKeys.size(); keyNo++) {
      numbers.put(otherKeys.get(keyNo), keyNo);
    }
    numbers.remove(NO_KEY);
    return new SeriesColumns(
        List.copyOf(otherKeys),
        Map.copyOf(numbers),
        List.copyOf(otherDictionaries),
        otherCodes,
        hashHigh,
        hashLow,
        clusterHash,
        pairs);
  }
}
