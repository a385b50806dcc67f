// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import io.luminate.store.PointBatch;
import io.luminate.store.clickhouse.write.series.SeriesCursor;
import io.luminate.store.clickhouse.write.series.SeriesMetric;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Gathers rows of {@code points} for one insert. For one thread; made to be cleared and filled
 * again, after which the {@link Block}s it gave are void. Whoever lets go of one clears it.
 *
 * <p>ClickHouse makes a part of the rows of each UTC day, and a part is stored whole or not at all.
 * So that one can ask later which days of an insert are stored, {@link #mark} adds a row to each
 * day that names the insert: of the tenant {@code ''}, which nobody is, with the insert's token as
 * its series.
 */
public final class PointBlock {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
  private static final int LOADED_AT_ONCE = 32;
  private static final byte[] NOBODY = new byte[0];

  private final Rows rows = new Rows();
  private final Groups groups = new Groups();
  private final RowOrder order;
  private final TreeSet<Long> days = new TreeSet<>();

  /** Of the row before, as most often its metric is the next one's too. */
  private @Nullable SeriesMetric lastMetric;

  private int lastGroup;
  private final LargeBlocks largeBlocks;

  /** Whether this is the large one. */
  private boolean large;

  public PointBlock(LargeBlocks largeBlocks) {
    this(largeBlocks, RowOrder.ROW_BITS);
  }

  PointBlock(LargeBlocks largeBlocks, int fewRowBits) {
    this.largeBlocks = largeBlocks;
    this.order = new RowOrder(rows, groups, fewRowBits);
  }

  public void clear() {
    rows.clear();
    groups.clear();
    lastMetric = null;
    days.clear();
    if (large) {
      large = false;
      largeBlocks.leave();
    }
  }

  /** Itself without rows, or a new one: what a large one has would lie beside the next. */
  public PointBlock emptied() {
    boolean kept = !large;
    clear();
    return kept ? this : new PointBlock(largeBlocks);
  }

  public int rows() {
    return rows.count();
  }

  public long bytes() {
    return rows.memoryBytes();
  }

  /** UTC days since 1970 that have a row, ascending. */
  public Set<Long> days() {
    return days;
  }

  /** Adds all points, if none of their series is forgotten. */
  public boolean add(PointBatch batch, SeriesCursor cursor) {
    try {
      boolean isKnown = cursor.begin(batch.handles(), batch.size());
      if (isKnown) {
        addRows(batch, cursor);
      }
      return isKnown;
    } finally {
      // Rows are copies, and who adds may do nothing for long.
      cursor.release();
    }
  }

  private void addRows(PointBatch batch, SeriesCursor cursor) {
    long day = Long.MIN_VALUE;
    for (int i = 0; i < batch.size(); i++) {
      if (i % LOADED_AT_ONCE == 0) {
        cursor.load(batch.handles(), i, Math.min(batch.size(), i + LOADED_AT_ONCE));
      }
      cursor.moveTo(batch.handles()[i]);
      if (cursor.metric() != lastMetric) {
        lastMetric = cursor.metric();
        lastGroup = groups.numberOf(lastMetric);
      }
      long timestampMillis = batch.timestampsMillis()[i];
      rows.add(timestampMillis, Double.doubleToRawLongBits(batch.values()[i]), lastGroup, cursor);
      if (day != Math.floorDiv(timestampMillis, DAY_MILLIS)) {
        day = Math.floorDiv(timestampMillis, DAY_MILLIS);
        days.add(day);
      }
      if (!large && rows.memoryBytes() > LargeBlocks.BYTES_MIN) {
        largeBlocks.enter();
        large = true;
      }
    }
  }

  /** Adds the rows by which the insert is known again. */
  public void mark(Token token) {
    int nobody = groups.numberOf(NOBODY, NOBODY);
    long count = Double.doubleToRawLongBits(rows.count());
    for (long day : days) {
      rows.add(day * DAY_MILLIS, count, nobody, token.high(), token.low());
    }
  }

  /** All rows, as the table sorts them. */
  public Block block() {
    return new SortedRows(rows, groups, order.sort(), rows.count());
  }

  /** The rows of some days. */
  public Block block(Collection<Long> ofDays) {
    int[] chosen =
        IntStream.of(order.sort())
            .limit(rows.count())
            .filter(row -> ofDays.contains(Math.floorDiv(rows.timestampMillis(row), DAY_MILLIS)))
            .toArray();
    return new SortedRows(rows, groups, chosen, chosen.length);
  }
}
