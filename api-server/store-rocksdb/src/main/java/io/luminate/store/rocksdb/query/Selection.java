// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.Filter;
import io.luminate.store.rocksdb.index.SeriesIndex;
import io.luminate.store.rocksdb.index.ValueDictionary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The series of a query and their groups.
 *
 * @param groups every group number is below it; some may have no series
 */
record Selection(SeriesGroups series, int groups, GroupKeys keys) {
  /** Past this many combinations of codes, groups are numbered by appearance. */
  private static final long RADIX_GROUPS_MAX = 1 << 22;

  /** Groups that exist in theory cost memory; this many for every series are worth it. */
  private static final long RADIX_GROUPS_PER_SERIES = 4;

  private static final long RADIX_GROUPS_ALWAYS = 1 << 16;

  /** Few enough series to look each up in a small table, which then fits a core's cache. */
  private static final int SPARSE_SERIES_ALWAYS = 1024;

  /** A share of all series above which looking at every one is faster than postings. */
  private static final int SPARSE_SERIES_DIVISOR = 64;

  private static final int BLOCK_SERIES = 1 << 16;

  static Selection of(Execution query, List<Filter> filters, List<String> groupBy) {
    return of(query, filters, groupBy, List.of());
  }

  /**
   * @param more filters that all have to match as well
   */
  static Selection of(
      Execution query, List<Filter> filters, List<String> groupBy, List<SeriesFilter> more) {
    return new Builder(query, filters, groupBy, more).build();
  }

  private static final class Builder {
    private final Execution query;
    private final SeriesIndex index;
    private final int seriesCount;
    private final List<SeriesFilter> filters;
    private final int[][] columns;
    private final int[] sizes;
    private final List<ValueDictionary> dictionaries = new ArrayList<>();

    Builder(Execution query, List<Filter> filters, List<String> groupBy, List<SeriesFilter> more) {
      this.query = query;
      this.index = query.snapshot().index();
      this.seriesCount = query.snapshot().seriesCount();
      this.filters =
          Stream.concat(filters.stream().map(f -> SeriesFilter.of(f, index)), more.stream())
              .filter(f -> !f.matchesAll())
              .toList();
      this.columns = new int[groupBy.size()][];
      this.sizes = new int[groupBy.size()];
      for (int i = 0; i < groupBy.size(); i++) {
        addKey(i, index.keyNo(groupBy.get(i)));
      }
    }

    private void addKey(int at, int keyNo) {
      columns[at] = keyNo < 0 ? new int[0] : index.codes(keyNo);
      dictionaries.add(keyNo < 0 ? new NoValues() : index.dictionary(keyNo));
      sizes[at] = keyNo < 0 ? 1 : dictionaries.get(at).size() + 1;
    }

    Selection build() {
      if (seriesCount == 0 || filters.stream().anyMatch(SeriesFilter::matchesNone)) {
        return listed(new SeriesGroups.None(), new int[columns.length][0], 0);
      }
      int sparseMax = Math.max(SPARSE_SERIES_ALWAYS, seriesCount / SPARSE_SERIES_DIVISOR);
      long fewest = Long.MAX_VALUE;
      int at = -1;
      for (int i = 0; i < filters.size(); i++) {
        long postings = filters.get(i).postings(index);
        at = postings < fewest ? i : at;
        fewest = Math.min(fewest, postings);
      }
      return fewest <= sparseMax ? sparse(filters.get(at)) : dense();
    }

    private Selection sparse(SeriesFilter first) {
      int[] ordinals =
          first.accepted().stream()
              .flatMap(code -> Arrays.stream(index.ordinalsOf(first.keyNo(), code)))
              .filter(o -> o < seriesCount && matches(o))
              .sorted()
              .toArray();
      if (ordinals.length == 0) {
        return listed(new SeriesGroups.None(), new int[columns.length][0], 0);
      }
      int[] groups = new int[ordinals.length];
      int[][] codes = new int[columns.length][];
      int count = number(ordinals, groups, codes);
      return listed(new SeriesGroups.Sparse(ordinals, groups, index), codes, Math.max(1, count));
    }

    private boolean matches(int ordinal) {
      for (SeriesFilter filter : filters) {
        if (!filter.matches(ordinal)) {
          return false;
        }
      }
      return true;
    }

    private Selection listed(SeriesGroups series, int[][] codes, int groups) {
      return new Selection(
          series, groups, new GroupKeys(dictionaries, new GroupKeys.Listed(codes)));
    }

    /** Numbers the groups of some series by appearance, with their codes; returns how many. */
    private int number(int[] ordinals, int[] groups, int[][] codes) {
      List<long[]> levels = new ArrayList<>();
      for (int[] column : columns) {
        GroupIds ids = new GroupIds();
        for (int i = 0; i < ordinals.length; i++) {
          int code = column.length == 0 ? 0 : column[ordinals[i]];
          groups[i] = ids.idOf(((long) groups[i] << 32) | code);
        }
        levels.add(ids.inOrder());
      }
      int count = levels.isEmpty() ? 1 : levels.getLast().length;
      for (int k = 0; k < codes.length; k++) {
        codes[k] = new int[count];
      }
      for (int group = 0; group < count; group++) {
        addCodes(group, levels, codes);
      }
      return count;
    }

    /** A group of a level is one of the level before and a code. */
    private static void addCodes(int group, List<long[]> levels, int[][] codes) {
      int at = group;
      for (int level = levels.size() - 1; level >= 0; level--) {
        long pair = levels.get(level)[at];
        codes[level][group] = (int) pair;
        at = (int) (pair >>> 32);
      }
    }

    private Selection dense() {
      long combinations = Arrays.stream(sizes).asLongStream().reduce(1, Builder::saturate);
      long worth = Math.max(RADIX_GROUPS_ALWAYS, seriesCount * RADIX_GROUPS_PER_SERIES);
      if (combinations > Math.min(RADIX_GROUPS_MAX, worth)) {
        return appearing();
      }
      int[] strides = strides();
      GroupKeys keys = new GroupKeys(dictionaries, new GroupKeys.Radix(sizes, strides));
      return new Selection(byRadix(strides), (int) combinations, keys);
    }

    private static long saturate(long product, long size) {
      return Math.min(product * size, Long.MAX_VALUE >>> Integer.SIZE);
    }

    private int[] strides() {
      int[] strides = new int[sizes.length];
      int stride = 1;
      for (int i = sizes.length - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= sizes[i];
      }
      return strides;
    }

    private SeriesGroups byRadix(int[] strides) {
      if (filters.isEmpty() && columns.length == 0) {
        return new SeriesGroups.All(seriesCount);
      }
      if (filters.isEmpty() && columns.length == 1 && columns[0].length >= seriesCount) {
        return new SeriesGroups.Dense(columns[0], seriesCount);
      }
      query.memory().reserve((long) seriesCount * Integer.BYTES);
      int[] groupOf = new int[seriesCount];
      forEachBlock((from, end) -> fillBlock(groupOf, strides, from, end));
      return new SeriesGroups.Dense(groupOf, seriesCount);
    }

    /** Blocks of series on all threads. */
    private void forEachBlock(Block block) {
      int blocks = (seriesCount + BLOCK_SERIES - 1) / BLOCK_SERIES;
      query.run(
          blocks,
          (item, worker) -> {
            int from = item * BLOCK_SERIES;
            block.fill(from, Math.min(seriesCount, from + BLOCK_SERIES));
          });
    }

    @FunctionalInterface
    private interface Block {
      void fill(int from, int end);
    }

    private void fillBlock(int[] groupOf, int[] strides, int from, int end) {
      for (int k = 0; k < columns.length; k++) {
        int[] column = columns[k];
        int stride = strides[k];
        for (int o = from; o < end && column.length > 0; o++) {
          groupOf[o] += column[o] * stride;
        }
      }
      for (SeriesFilter filter : filters) {
        reject(filter, groupOf, from, end);
      }
    }

    private static void reject(SeriesFilter filter, int[] groupOf, int from, int end) {
      int[] column = filter.column();
      int single = filter.accepted().cardinality() == 1 ? filter.accepted().nextSetBit(0) : -1;
      for (int o = from; o < end; o++) {
        boolean accepted = single >= 0 ? column[o] == single : filter.matches(o);
        groupOf[o] = accepted ? groupOf[o] : SeriesGroups.NOT_MATCHED;
      }
    }

    /** More combinations than worth an array: only those that some series has get a number. */
    private Selection appearing() {
      // Ordinals, their groups, the result, the tables of GroupIds at their fullest; codes.
      query.memory().reserve(seriesCount * (60L + 12L * columns.length));
      int[] ordinals = IntStream.range(0, seriesCount).filter(this::matches).toArray();
      int[] groups = new int[ordinals.length];
      int[][] codes = new int[columns.length][];
      int count = number(ordinals, groups, codes);
      int[] groupOf = new int[seriesCount];
      Arrays.fill(groupOf, SeriesGroups.NOT_MATCHED);
      for (int i = 0; i < ordinals.length; i++) {
        groupOf[ordinals[i]] = groups[i];
      }
      return listed(new SeriesGroups.Dense(groupOf, seriesCount), codes, count);
    }
  }
}
