// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.head.Head;
import io.luminate.store.rocksdb.head.MetricHead;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.segment.CorruptSegmentException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is past retention: a segment where that is so for every metric goes as a whole, a metric
 * that shares its segment or head with longer-lived ones is deleted from it. Whole UTC days alone
 * expire. Both are for good, whatever the retention becomes later.
 *
 * @param deletes per metric the instant before which its points go
 */
record ExpiredData(List<SegmentHandle> segments, Map<Integer, Long> deletes) {
  private static final long DELETED_ALREADY = Long.MIN_VALUE;

  static ExpiredData find(Engine engine) {
    return new Finder(engine, engine.options().clock().millis()).find();
  }

  private record Finder(Engine engine, long nowMillis) {
    ExpiredData find() {
      EngineState state = engine.state().get();
      Map<Integer, Long> deletes = new HashMap<>();
      List<SegmentHandle> dropped = new ArrayList<>();
      for (SegmentHandle segment : state.segments()) {
        Map<Integer, Long> expired = readableExpired(segment);
        if (expired.size() == segment.meta().metrics()) {
          dropped.add(segment);
        } else {
          expired.values().removeIf(before -> before == DELETED_ALREADY);
          expired.forEach((metric, before) -> deletes.merge(metric, before, Math::max));
        }
      }
      state.heads().forEach(head -> expiredInHead(head, deletes));
      return new ExpiredData(dropped, deletes);
    }

    /** Damage in one segment does not keep the others: it is kept itself. */
    private Map<Integer, Long> readableExpired(SegmentHandle segment) {
      try {
        return expiredMetrics(segment);
      } catch (CorruptSegmentException e) {
        engine.damage().found(e);
        return new HashMap<>();
      }
    }

    /**
     * Metrics of the segment whose retention its whole day is past, with the first day they keep.
     */
    private Map<Integer, Long> expiredMetrics(SegmentHandle segment) {
      int day = segment.partition().day();
      long lastMillis = Snapshots.dayRange(day).endMillis();
      Map<Integer, Long> expired = new HashMap<>();
      if (day < PartitionKey.dayOf(nowMillis - engine.retention().shortestMillis())) {
        segment
            .reader()
            .forEachMetric(
                entry -> {
                  long kept = firstKeptMillis(entry.metricId());
                  long deleted =
                      engine.state().get().deletedBefore(entry.metricId(), segment.tombstoneSeq());
                  if (deleted > lastMillis) {
                    expired.put(entry.metricId(), DELETED_ALREADY);
                  } else if (kept > lastMillis) {
                    expired.put(entry.metricId(), kept);
                  }
                });
      }
      return expired;
    }

    private void expiredInHead(Head head, Map<Integer, Long> expired) {
      if (head.partition().day()
          >= PartitionKey.dayOf(nowMillis - engine.retention().shortestMillis())) {
        return;
      }
      for (MetricHead metric : head.metrics()) {
        long kept = firstKeptMillis(metric.metricId());
        if (metric.points() > 0 && metric.minMillis() < kept) {
          expired.merge(metric.metricId(), kept, Math::max);
        }
      }
    }

    /** Start of the oldest UTC day any part of which the metric keeps. */
    private long firstKeptMillis(int metricId) {
      long cutOff = nowMillis - retentionMillis(metricId);
      return Snapshots.dayRange(PartitionKey.dayOf(cutOff)).startMillis();
    }

    private long retentionMillis(int metricId) {
      return engine
          .registry()
          .nameOf(metricId)
          .map(n -> engine.retention().ofBytes(n.tenant(), n.metric()).toMillis())
          .orElse(0L);
    }
  }
}
