// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.SharedTable;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.write.block.SketchBlock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.datasketches.hll.HllSketch;

/** The table {@code cardinality}: a sketch for each metric, day and process. */
final class SketchTable {
  /** A row may become visible this much later than its time says. */
  private static final Duration LATE = Duration.ofMinutes(1);

  static final Duration WITHIN = Duration.ofSeconds(10);

  private final ClickHouseClient client;
  private final SharedTable rows;
  private final String table;

  SketchTable(ClickHouseClient client, Tables tables) {
    this.client = client;
    this.rows = new SharedTable(client, tables, Tables.CARDINALITY);
    this.table = tables.cardinality();
  }

  /**
   * What a metric's newest epoch says.
   *
   * @param counted whether its points have been counted in it, as a whole
   */
  record Stored(boolean counted, long epoch, List<HllSketch> sketches) {}

  record Change(MetricName name, int day, long epoch, HllSketch sketch) {}

  Stored read(MetricName name, int firstDay) {
    return rows.read(
        Statement.of(
                "SELECT day, process = '', epoch, argMax(sketch, at) FROM "
                    + table
                    + " WHERE tenant = {tenant:String} AND metric = {metric:String}"
                    + " GROUP BY day, process, epoch ORDER BY epoch DESC")
            .with("tenant", name.tenant().value())
            .with("metric", name.metric())
            .within(WITHIN),
        answer -> stored(answer, firstDay));
  }

  private static Stored stored(RowReader answer, int firstDay) throws IOException {
    List<HllSketch> sketches = new ArrayList<>();
    boolean counted = false;
    long epoch = Long.MIN_VALUE;
    while (answer.hasNext()) {
      long day = answer.int64();
      boolean whole = answer.uint8() != 0;
      long ofRow = answer.int64();
      byte[] sketch = answer.bytes();
      epoch = Math.max(epoch, ofRow);
      counted |= whole && ofRow == epoch;
      if (ofRow == epoch && day >= firstDay) {
        sketches.add(HllSketch.heapify(sketch));
      }
    }
    return new Stored(counted, Math.max(0, epoch), sketches);
  }

  /**
   * What others have written lately.
   *
   * @param process how the own names begin
   */
  List<Change> changes(String process, Duration lately) {
    return rows.read(
        Statement.of(
                "SELECT tenant, metric, day, epoch, sketch FROM "
                    + table
                    + " WHERE NOT startsWith(process, {process:String})"
                    + " AND at > now64(3) - INTERVAL {millis:Int64} MILLISECOND")
            .with("process", process)
            .with("millis", lately.plus(LATE).toMillis())
            .within(WITHIN),
        SketchTable::changes);
  }

  private static List<Change> changes(RowReader answer) throws IOException {
    List<Change> changes = new ArrayList<>();
    while (answer.hasNext()) {
      MetricName name = new MetricName(new TenantId(answer.string()), answer.string());
      int day = Math.toIntExact(answer.int64());
      changes.add(new Change(name, day, answer.int64(), HllSketch.heapify(answer.bytes())));
    }
    return changes;
  }

  void insert(SketchBlock block, Duration within) {
    if (block.rows() > 0) {
      client.insert(
          Statement.of(table).within(within).withSetting("async_insert", "0"),
          block.names(),
          block);
    }
  }
}
