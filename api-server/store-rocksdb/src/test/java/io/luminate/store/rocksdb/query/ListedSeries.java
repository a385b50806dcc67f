// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.SeriesHash;
import io.luminate.model.Utf8Order;
import io.luminate.store.rocksdb.index.SeriesIndex;
import io.luminate.store.rocksdb.index.ValueDictionary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A series index over a list that is complete from the start. */
final class ListedSeries implements SeriesIndex {
  private final List<Dimensions> series;
  private final List<SeriesHash> hashes;
  private final long[] clusterHashes;
  private final List<String> keys = new ArrayList<>();
  private final List<int[]> columns = new ArrayList<>();
  private final List<ListedValues> dictionaries = new ArrayList<>();

  ListedSeries(List<Dimensions> series) {
    this.series = List.copyOf(series);
    this.hashes = series.stream().map(Dimensions::hash).toList();
    this.clusterHashes =
        series.stream().mapToLong(d -> clusterHash(EntityKeys.DEFAULT.entityOf(d))).toArray();
    for (int ordinal = 0; ordinal < series.size(); ordinal++) {
      Dimensions dimensions = series.get(ordinal);
      for (int i = 0; i < dimensions.size(); i++) {
        int keyNo = add(dimensions.key(i));
        columns.get(keyNo)[ordinal] = dictionaries.get(keyNo).add(dimensions.value(i));
      }
    }
  }

  private static long clusterHash(String entity) {
    byte[] bytes = entity.getBytes(StandardCharsets.UTF_8);
    return SeriesHash.of(bytes, 0, bytes.length).high();
  }

  private int add(String key) {
    if (!keys.contains(key)) {
      keys.add(key);
      columns.add(new int[series.size()]);
      dictionaries.add(new ListedValues());
    }
    return keys.indexOf(key);
  }

  /** As segments sort runs. */
  Comparator<Integer> segmentOrder() {
    return (a, b) -> {
      int byCluster = Long.compareUnsigned(clusterHashes[a], clusterHashes[b]);
      return byCluster != 0 ? byCluster : hashes.get(a).compareTo(hashes.get(b));
    };
  }

  @Override
  public int keyNo(String key) {
    return keys.indexOf(key);
  }

  @Override
  public List<String> keys() {
    return keys;
  }

  @Override
  public int[] codes(int keyNo) {
    return columns.get(keyNo);
  }

  @Override
  public ValueDictionary dictionary(int keyNo) {
    return dictionaries.get(keyNo);
  }

  @Override
  public long clusterHash(int ordinal) {
    return clusterHashes[ordinal];
  }

  @Override
  public long hashHigh(int ordinal) {
    return hashes.get(ordinal).high();
  }

  @Override
  public long hashLow(int ordinal) {
    return hashes.get(ordinal).low();
  }

  @Override
  public int[] ordinalsOf(int keyNo, int code) {
    int[] column = columns.get(keyNo);
    return IntStream.range(0, column.length).filter(o -> column[o] == code).toArray();
  }

  @Override
  public int postingSize(int keyNo, int code) {
    return ordinalsOf(keyNo, code).length;
  }

  @Override
  public Dimensions dimensions(int ordinal) {
    return series.get(ordinal);
  }

  private static final class ListedValues implements ValueDictionary {
    private final List<String> values = new ArrayList<>(List.of(""));
    private final Map<String, Integer> codes = new LinkedHashMap<>();

    int add(String value) {
      int code = codes.computeIfAbsent(value, v -> values.size());
      if (code == values.size()) {
        values.add(value);
      }
      return code;
    }

    @Override
    public int size() {
      return values.size() - 1;
    }

    @Override
    public int codeOf(String value) {
      return codes.getOrDefault(value, 0);
    }

    @Override
    public String value(int code) {
      return values.get(code);
    }

    @Override
    public int compare(int codeA, int codeB) {
      return Utf8Order.compare(values.get(codeA), values.get(codeB));
    }

    @Override
    public boolean startsWith(int code, String prefix) {
      return values.get(code).startsWith(prefix);
    }
  }
}
