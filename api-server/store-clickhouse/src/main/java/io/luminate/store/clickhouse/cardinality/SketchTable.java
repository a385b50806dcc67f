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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;

/** The table {@code cardinality}: a sketch for each metric, day and process. */
final class SketchTable {
  /** A row may become visible this much later than its time says. */
  private static final Duration LATE = Duration.ofMinutes(1);

  static final Duration WITHIN = Duration.ofSeconds(10);

  /** A sketch takes up to 36 KiB, and there is one for each process. */
  static final int METRICS_AT_ONCE = 64;

  /** What ClickHouse may take to answer with the sketches of so many metrics. */
  private static final String MEMORY_BYTES_MAX = String.valueOf(512L << 20);

  private static final String BY_OTHERS_LATELY =
      "process != {process:String} AND at > now64(3) - INTERVAL {millis:Int64} MILLISECOND";

  private static final int MARKS = Integer.MIN_VALUE;

  /** More days than any retention has. */
  private static final int MARKS_MAX = 1_000_000;

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
   * @param countedForDays for how many days its points stayed when they were, and its rows with
   *     them; -1 if nobody says
   * @param all of its sketches, united
   */
  record Stored(boolean counted, int countedForDays, long epoch, HllUnion all) {}

  /**
   * The day of a row that says for ever how a metric was counted as a whole. No point has such a
   * day.
   *
   * @param keptDays for how many days its points stayed
   */
  static int mark(int keptDays) {
    return MARKS + Math.min(MARKS_MAX, keptDays);
  }

  static boolean isMark(long day) {
    return day <= MARKS + MARKS_MAX;
  }

  record Change(MetricName name, int day, long epoch, HllSketch sketch) {}

  Stored read(MetricName name, int firstDay, Duration within) {
    return rows.read(
        Statement.of(
                "SELECT day, process = '', epoch, argMax(sketch, at),"
                    + " toUnixTimestamp64Milli(max(at)) FROM "
                    + table
                    + " WHERE tenant = {tenant:String} AND metric = {metric:String}"
                    + " GROUP BY day, process, epoch ORDER BY epoch DESC")
            .with("tenant", name.tenant().value())
            .with("metric", name.metric())
            .within(within),
        answer -> stored(answer, firstDay));
  }

  /** The newest epoch comes first. */
  private static Stored stored(RowReader answer, int firstDay) throws IOException {
    HllUnion all = new HllUnion(MetricCount.LG_K);
    boolean counted = false;
    long epoch = Long.MIN_VALUE;
    int countedForDays = -1;
    long countedAtMillis = Long.MIN_VALUE;
    while (answer.hasNext()) {
      long day = answer.int64();
      boolean whole = answer.uint8() != 0;
      long ofRow = answer.int64();
      byte[] sketch = answer.bytes();
      long atMillis = answer.int64();
      epoch = Math.max(epoch, ofRow);
      counted |= whole && ofRow == epoch;
      if (ofRow == epoch && isMark(day)) {
        countedForDays = atMillis > countedAtMillis ? (int) (day - MARKS) : countedForDays;
        countedAtMillis = Math.max(countedAtMillis, atMillis);
      } else if (ofRow == epoch && day >= firstDay) {
        all.update(HllSketch.heapify(sketch));
      }
    }
    return new Stored(counted, countedForDays, Math.max(0, epoch), all);
  }

  /** Of which of the wanted metrics others have written something lately. */
  Set<MetricName> changed(String process, Duration lately, Predicate<MetricName> wanted) {
    return rows.read(
        Statement.of("SELECT DISTINCT tenant, metric FROM " + table + " WHERE " + BY_OTHERS_LATELY)
            .with("process", process)
            .with("millis", lately.plus(LATE).toMillis())
            .within(WITHIN),
        answer -> {
          Set<MetricName> changed = new HashSet<>();
          while (answer.hasNext()) {
            MetricName name = new MetricName(new TenantId(answer.string()), answer.string());
            if (wanted.test(name)) {
              changed.add(name);
            }
          }
          return changed;
        });
  }

  /**
   * What others have written of some metrics lately. There is one sketch in memory at a time; nor
   * does ClickHouse hold more of them at once than those of {@link #METRICS_AT_ONCE} metrics.
   *
   * @param taker called while the answer is being read
   */
  void changes(String process, Duration lately, Set<MetricName> names, Consumer<Change> taker) {
    Statement lateOnes =
        Statement.of(BY_OTHERS_LATELY)
            .with("process", process)
            .with("millis", lately.plus(LATE).toMillis());
    each(lateOnes.within(WITHIN), names, taker);
  }

  /**
   * What the process itself has written of some metrics, on all days; as {@link #changes}.
   *
   * @param within for each {@link #METRICS_AT_ONCE} of them
   */
  void own(String process, Set<MetricName> names, Duration within, Consumer<Change> taker) {
    Statement own = Statement.of("process = {process:String}").with("process", process);
    each(own.within(within), names, taker);
  }

  private void each(Statement condition, Set<MetricName> names, Consumer<Change> taker) {
    List<MetricName> all = List.copyOf(names);
    for (int from = 0; from < all.size(); from += METRICS_AT_ONCE) {
      List<MetricName> some = all.subList(from, Math.min(all.size(), from + METRICS_AT_ONCE));
      rows.read(
          question(condition, some),
          answer -> {
            while (answer.hasNext()) {
              taker.accept(change(answer));
            }
            return some.size();
          });
    }
  }

  private Statement question(Statement condition, List<MetricName> names) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      pairs.add("({tenant" + i + ":String}, {metric" + i + ":String})");
    }
    Statement question =
        Statement.of(
            "SELECT tenant, metric, day, epoch, argMax(sketch, at) FROM "
                + table
                + " WHERE (tenant, metric) IN ("
                + String.join(", ", pairs)
                + ") AND "
                + condition.sql()
                + " GROUP BY tenant, metric, day, process, epoch");
    for (Map.Entry<String, Object> value : condition.parameters().entrySet()) {
      question = question.with(value.getKey(), value.getValue());
    }
    for (int i = 0; i < names.size(); i++) {
      MetricName name = names.get(i);
      question =
          question.with("tenant" + i, name.tenant().value()).with("metric" + i, name.metric());
    }
    return question.withSetting("max_memory_usage", MEMORY_BYTES_MAX).within(condition.timeout());
  }

  private static Change change(RowReader answer) throws IOException {
    MetricName name = new MetricName(new TenantId(answer.string()), answer.string());
    int day = Math.toIntExact(answer.int64());
    return new Change(name, day, answer.int64(), HllSketch.heapify(answer.bytes()));
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
