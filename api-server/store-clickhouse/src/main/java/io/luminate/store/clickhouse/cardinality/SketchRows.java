// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.write.block.SketchBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.datasketches.hll.HllSketch;

/** Rows of sketches, which go some time after the metric's points of their day. */
final class SketchRows {
  /** The last second that ClickHouse's DateTime can say, in the year 2106. */
  private static final long LAST_SECOND = 0xFFFF_FFFFL;

  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  private final BiFunction<TenantId, String, Duration> retention;
  private final Duration margin;

  /**
   * @param retention of a tenant's metric
   * @param margin how much longer rows stay
   */
  SketchRows(BiFunction<TenantId, String, Duration> retention, Duration margin) {
    this.retention = retention;
    this.margin = margin;
  }

  private Duration kept(MetricName name) {
    return retention.apply(name.tenant(), name.metric());
  }

  /** For how many days the metric's points stay, the last one whole. */
  int keptDays(MetricName name) {
    return Math.toIntExact(Math.ceilDiv(kept(name).toMillis(), DAY_MILLIS));
  }

  /** From which on the metric's points stay. */
  int firstDay(MetricName name, long nowMillis) {
    return Math.toIntExact(Math.floorDiv(nowMillis - kept(name).toMillis(), DAY_MILLIS));
  }

  /**
   * Of a metric that was counted as a whole. There is one of today in any case, by which others
   * hear of the epoch, and one that says how the metric was counted.
   */
  List<MetricCount.Row> whole(
      MetricName name, Map<Integer, HllSketch> byDay, long epoch, int today) {
    Map<Integer, HllSketch> all = new HashMap<>(byDay);
    all.putIfAbsent(today, new HllSketch(MetricCount.LG_K));
    all.put(SketchTable.mark(keptDays(name)), new HllSketch(MetricCount.LG_K));
    List<MetricCount.Row> rows = new ArrayList<>();
    all.forEach(
        (ofDay, sketch) ->
            rows.add(new MetricCount.Row(ofDay, epoch, sketch.toCompactByteArray())));
    return rows;
  }

  void add(SketchBlock block, MetricName name, String process, MetricCount.Row row) {
    block.add(
        new SketchBlock.Row(
            name.tenant().value(),
            name.metric(),
            row.day(),
            process,
            row.epoch(),
            expiresSeconds(name, row.day()),
            row.sketch()));
  }

  private long expiresSeconds(MetricName name, int day) {
    long keptSeconds = kept(name).plus(margin).plusDays(1).toSeconds();
    return SketchTable.isMark(day)
        ? LAST_SECOND
        : Math.min(LAST_SECOND, (day + 1) * 86_400L + keptSeconds);
  }
}
