// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import io.luminate.store.PointBatch;
import io.luminate.store.clickhouse.schema.MetricSlots;
import io.luminate.store.clickhouse.write.series.SeriesCursor;
import io.luminate.store.clickhouse.write.series.SeriesMetric;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gathers rows of {@code points} for one insert. For one thread; made to be cleared and filled
 * again, after which the {@link Block}s it gave are void.
 *
 * <p>ClickHouse makes a part of the rows of each UTC day, and a part is stored whole or not at all.
 * So that one can ask later which days of an insert are stored, {@link #mark} adds a row to each
 * day that names the insert: of the tenant {@code ''}, which nobody is, with the insert's token as
 * its series.
 */
public final class PointBlock {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
  private static final byte[] NOBODY = new byte[0];

  /** By name, in the order of the table. */
  private final Map<String, Column> columns = new LinkedHashMap<>();

  private final NameColumn tenant = column("tenant", new NameColumn());
  private final NameColumn metric = column("metric", new NameColumn());
  private final TextColumn entity = column("entity", new TextColumn());
  private final FixedColumn series = column("series", new FixedColumn("UInt128", 16));
  private final FixedColumn timestamp = column("timestamp", new FixedColumn("Int64", Long.BYTES));
  private final FixedColumn value = column("value", new FixedColumn("Float64", Double.BYTES));
  private final TextColumn[] slots = new TextColumn[MetricSlots.COUNT + 1];
  private final RestColumn rest;

  private final Map<SeriesMetric, Names> namesOf = new IdentityHashMap<>();
  private final TreeSet<Long> days = new TreeSet<>();
  private int rows;

  /** Of the row before, as most often its metric is the next one's too. */
  private @Nullable SeriesMetric lastMetric;

  private Names lastNames = new Names(0, 0);

  /** Numbers in the columns {@code tenant} and {@code metric}. */
  private record Names(int tenant, int metric) {}

  public PointBlock() {
    for (int slot = 1; slot <= MetricSlots.COUNT; slot++) {
      slots[slot] = column(MetricSlots.column(slot), new TextColumn());
    }
    rest = column("rest", new RestColumn());
  }

  private <C extends Column> C column(String name, C column) {
    columns.put(name, column);
    return column;
  }

  public void clear() {
    columns.values().forEach(Column::clear);
    namesOf.clear();
    lastMetric = null;
    days.clear();
    rows = 0;
  }

  public int rows() {
    return rows;
  }

  public long bytes() {
    return columns.values().stream().mapToLong(Column::bytes).sum();
  }

  /** UTC days since 1970 that have a row, ascending. */
  public Set<Long> days() {
    return days;
  }

  /** Adds all points, in their order, if none of their series is forgotten. */
  public boolean add(PointBatch batch, SeriesCursor cursor) {
    if (!cursor.begin(batch.handles(), batch.size())) {
      return false;
    }
    long day = Long.MIN_VALUE;
    for (int i = 0; i < batch.size(); i++) {
      cursor.moveTo(batch.handles()[i]);
      long timestampMillis = batch.timestampsMillis()[i];
      addSeries(cursor);
      timestamp.put(timestampMillis);
      value.put(Double.doubleToRawLongBits(batch.values()[i]));
      rows++;
      if (day != Math.floorDiv(timestampMillis, DAY_MILLIS)) {
        day = Math.floorDiv(timestampMillis, DAY_MILLIS);
        days.add(day);
      }
    }
    return true;
  }

  private void addSeries(SeriesCursor cursor) {
    if (cursor.metric() != lastMetric) {
      lastMetric = cursor.metric();
      lastNames = namesOf.computeIfAbsent(lastMetric, this::names);
    }
    tenant.put(lastNames.tenant());
    metric.put(lastNames.metric());
    byte[] bytes = cursor.bytes();
    series.copy(bytes, cursor.series());
    int entityPair = cursor.entityPair();
    int at = cursor.pairs();
    int pair = 0;
    for (; pair < cursor.slotPairs(); pair++) {
      int slot = bytes[at++];
      int end = ColumnBytes.textEnd(bytes, at);
      slots[slot].put(rows, bytes, at, end - at);
      if (pair == entityPair) {
        entity.put(rows, bytes, at, end - at);
      }
      at = end;
    }
    if (cursor.restPairs() > 0) {
      addRest(cursor, at);
    }
  }

  private void addRest(SeriesCursor cursor, int firstKey) {
    byte[] bytes = cursor.bytes();
    rest.begin(rows);
    int key = firstKey;
    for (int pair = 0; pair < cursor.restPairs(); pair++) {
      int text = ColumnBytes.textEnd(bytes, key);
      int end = ColumnBytes.textEnd(bytes, text);
      rest.put(bytes, key, text - key, bytes, text, end - text);
      if (cursor.slotPairs() + pair == cursor.entityPair()) {
        entity.put(rows, bytes, text, end - text);
      }
      key = end;
    }
  }

  private Names names(SeriesMetric of) {
    return new Names(tenant.numberOf(of.tenant()), metric.numberOf(of.metric()));
  }

  /** Adds the rows by which the insert is known again. */
  public void mark(Token token) {
    int nobody = tenant.numberOf(NOBODY);
    int nothing = metric.numberOf(NOBODY);
    for (long day : days) {
      tenant.put(nobody);
      metric.put(nothing);
      series.put(token.low());
      series.put(token.high());
      timestamp.put(day * DAY_MILLIS);
      value.put(Double.doubleToRawLongBits(rows));
      rows++;
    }
  }

  /** All rows. */
  public Block block() {
    return block(columns, rows);
  }

  /** The rows of some days. */
  public Block block(Collection<Long> ofDays) {
    BitSet chosen = new BitSet(rows);
    for (int row = 0; row < rows; row++) {
      chosen.set(row, ofDays.contains(Math.floorDiv(timestamp.longAt(row), DAY_MILLIS)));
    }
    Map<String, Column> some = new LinkedHashMap<>();
    columns.forEach((name, column) -> some.put(name, column.only(chosen, rows)));
    return block(some, chosen.cardinality());
  }

  private static Block block(Map<String, Column> from, int rowCount) {
    List<Map.Entry<String, Column>> used =
        from.entrySet().stream().filter(entry -> entry.getValue().isUsed()).toList();
    return new Block(
        used.stream().map(Map.Entry::getKey).toList(),
        used.stream().map(Map.Entry::getValue).toList(),
        rowCount);
  }
}
