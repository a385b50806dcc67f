// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import io.luminate.store.ValuesResult.ValueCount;
import io.luminate.store.rocksdb.index.ValueDictionary;
import io.luminate.store.rocksdb.segment.ChunkRef;
import io.luminate.store.rocksdb.segment.DimensionCounts;
import io.luminate.store.rocksdb.segment.MetricEntry.CountersRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Values of a key by the number of their points: from the counters that segments carry where
 * nothing cuts the segment, else by counting runs.
 */
final class ValuesOperation {
  /** Where many values have the same count, most of the work is to compare their names. */
  private static final int BLOCK_GROUPS = 1 << 15;

  private final Execution query;
  private final ValuesQuery request;
  private final int keyNo;

  private ValuesOperation(Execution query, ValuesQuery request, int keyNo) {
    this.query = query;
    this.request = request;
    this.keyNo = keyNo;
  }

  static ValuesResult run(Execution query, ValuesQuery request) {
    int keyNo = query.snapshot().index().keyNo(request.key());
    return keyNo < 0
        ? new ValuesResult(List.of(), false)
        : new ValuesOperation(query, request, keyNo).run();
  }

  private ValuesResult run() {
    Selection selection = Selection.of(query, request.filters(), List.of(request.key()));
    query.memory().reserve((long) selection.groups() * Long.BYTES);
    long[] counts = new long[selection.groups()];
    boolean countable = request.filters().isEmpty() && selection.keys().areCodes();
    MetricSnapshot rest = countable ? addCounters(counts) : query.snapshot();
    scan(selection, rest, counts);
    return top(selection.keys(), counts);
  }

  /** Adds what counters say and returns what they do not cover. */
  private MetricSnapshot addCounters(long[] counts) {
    List<SegmentPart> counted = new ArrayList<>();
    List<SegmentPart> others = new ArrayList<>();
    for (SegmentPart part : query.snapshot().segments()) {
      (isUncut(part) && counters(part).isPresent() ? counted : others).add(part);
    }
    query.run(
        counted.size(),
        (item, worker) -> {
          SegmentPart part = counted.get(item);
          DimensionCounts found = part.reader().counters(counters(part).orElseThrow());
          synchronized (counts) {
            add(found, counts);
          }
        });
    MetricSnapshot all = query.snapshot();
    return new MetricSnapshot(all.tenant(), all.index(), all.seriesCount(), others, all.heads());
  }

  private static void add(DimensionCounts found, long[] counts) {
    for (int i = 0; i < found.codes().length; i++) {
      counts[found.codes()[i]] += found.counts()[i];
    }
  }

  private static boolean isUncut(SegmentPart part) {
    return part.entry().chunks().stream()
        .mapToLong(ChunkRef::minTimestampMillis)
        .allMatch(min -> min >= part.visibleFromMillis() && min >= part.cuts().highestMillis());
  }

  private Optional<CountersRef> counters(SegmentPart part) {
    return part.entry().counters().stream().filter(c -> c.keyNo() == keyNo).findFirst();
  }

  private void scan(Selection selection, MetricSnapshot rest, long[] counts) {
    List<ScanItem> items = ScanPlan.flat(rest, ScanPlan.ALWAYS, selection.series());
    if (items.isEmpty()) {
      return;
    }
    query.memory().reserve((long) counts.length * CellSink.SLOT_BYTES * query.pool().threads());
    List<CellSink.Count> sinks =
        query.scan(
            selection.series(),
            items,
            ScanMeter.of(query),
            () -> new CellSink.Count(counts.length));
    for (CellSink.Count sink : sinks) {
      Arrays.setAll(counts, group -> counts[group] + sink.counts[group]);
    }
  }

  private ValuesResult top(GroupKeys keys, long[] counts) {
    int limit = Math.min(request.limit(), Integer.MAX_VALUE - 1);
    TopGroups.Order order =
        (a, b) -> {
          int byCount = Long.compare(counts[b], counts[a]);
          return byCount != 0 ? byCount : keys.compare(a, b);
        };
    int[] ranked = ranked(keys, counts, limit, order);
    ValueDictionary dictionary = query.snapshot().index().dictionary(keyNo);
    List<ValueCount> values =
        Arrays.stream(ranked)
            .limit(limit)
            .mapToObj(group -> new ValueCount(dictionary.value(keys.code(group, 0)), counts[group]))
            .toList();
    return new ValuesResult(values, ranked.length > limit);
  }

  /** One more than asked for, to tell whether that is all. */
  private int[] ranked(GroupKeys keys, long[] counts, int limit, TopGroups.Order order) {
    TopGroups top = new TopGroups(limit + 1, order);
    query.run(
        (counts.length + BLOCK_GROUPS - 1) / BLOCK_GROUPS,
        (block, worker) -> {
          int first = block * BLOCK_GROUPS;
          TopGroups best = new TopGroups(limit + 1, order);
          offer(keys, counts, first, Math.min(counts.length, first + BLOCK_GROUPS), best);
          synchronized (top) {
            top.offerAll(best);
          }
        });
    return top.ranked();
  }

  private void offer(GroupKeys keys, long[] counts, int first, int end, TopGroups best) {
    ValueDictionary dictionary = query.snapshot().index().dictionary(keyNo);
    for (int group = first; group < end; group++) {
      int code = counts[group] == 0 ? 0 : keys.code(group, 0);
      if (code > 0 && best.admits(group) && dictionary.startsWith(code, request.prefix())) {
        best.offer(group);
      }
    }
  }
}
