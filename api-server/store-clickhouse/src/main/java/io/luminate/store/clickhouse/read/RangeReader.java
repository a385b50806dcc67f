// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.model.Dimensions;
import io.luminate.model.MetricPoint;
import io.luminate.model.SeriesHash;
import io.luminate.store.PageTexts;
import io.luminate.store.RangeCursor;
import io.luminate.store.RangeQuery;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.schema.MetricSlots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes points of rows. Columns of slots that this process has not heard of are not read, so each
 * series' dimensions are compared with its hash.
 */
final class RangeReader {
  private final RangeQuery query;
  private final MetricSlots slots;
  private final Map<SeriesHash, Dimensions> seriesSeen = new HashMap<>();
  private final PageTexts texts = new PageTexts();
  private final List<MetricPoint> points = new ArrayList<>();
  private Optional<RangeCursor> last;
  private int leftToSkip;
  private boolean more;
  private boolean complete = true;

  RangeReader(RangeQuery query, MetricSlots slots) {
    this.query = query;
    this.slots = slots;
    this.last = query.after();
    this.leftToSkip = query.after().map(RangeCursor::repeats).orElse(0);
  }

  /** What to select, in the order in which it is read. */
  static String columns(MetricSlots slots) {
    String names =
        IntStream.rangeClosed(1, slots.keys().size())
            .mapToObj(slot -> ", " + MetricSlots.column(slot))
            .collect(Collectors.joining());
    return "timestamp, series, value" + names + (slots.full() ? ", rest" : "");
  }

  /** Rows to ask for: a page and one more, and those of the cursor's point that had their turn. */
  static long rowsWanted(RangeQuery query) {
    return query.limit() + 1L + query.after().map(RangeCursor::repeats).orElse(0);
  }

  RangeReader read(RowReader rows) throws IOException {
    while (!more && rows.hasNext()) {
      long timestampMillis = rows.int64();
      long low = rows.int64();
      SeriesHash series = new SeriesHash(rows.int64(), low);
      double value = rows.float64();
      add(timestampMillis, series, value, dimensions(rows));
    }
    return this;
  }

  private Dimensions dimensions(RowReader rows) throws IOException {
    Map<String, String> pairs = new HashMap<>();
    for (String key : slots.keys()) {
      String value = rows.string();
      if (!value.isEmpty()) {
        pairs.put(key, value);
      }
    }
    for (int left = slots.full() ? rows.length() : 0; left > 0; left--) {
      pairs.put(rows.string(), rows.string());
    }
    return Dimensions.of(pairs);
  }

  private void add(long timestampMillis, SeriesHash series, double value, Dimensions dimensions) {
    boolean repeated = last.filter(l -> equal(l, timestampMillis, series, value)).isPresent();
    if (repeated && leftToSkip > 0) {
      leftToSkip--;
    } else if (points.size() == query.limit() || !fits(series, dimensions)) {
      more = true;
    } else {
      leftToSkip = 0;
      int repeats = repeated ? last.map(RangeCursor::repeats).orElse(0) + 1 : 1;
      last = Optional.of(new RangeCursor(timestampMillis, series, value, repeats));
      points.add(new MetricPoint(timestampMillis, value, checked(series, dimensions)));
    }
  }

  private boolean fits(SeriesHash series, Dimensions dimensions) {
    return seriesSeen.containsKey(series) || texts.take(dimensions);
  }

  private static boolean equal(
      RangeCursor last, long timestampMillis, SeriesHash series, double value) {
    return last.timestampMillis() == timestampMillis
        && last.series().equals(series)
        && Double.compare(last.value(), value) == 0;
  }

  private Dimensions checked(SeriesHash series, Dimensions dimensions) {
    Dimensions seen = seriesSeen.putIfAbsent(series, dimensions);
    if (seen != null && seen.equals(dimensions)) {
      return seen;
    }
    complete &= dimensions.hash().equals(series);
    return dimensions;
  }

  MetricSlots slots() {
    return slots;
  }

  /** Whether no dimension of a point can be missing. */
  boolean complete() {
    return complete;
  }

  List<MetricPoint> points() {
    return points;
  }

  long series() {
    return seriesSeen.size();
  }

  /** Present if there are more points. */
  Optional<RangeCursor> next() {
    return more ? last : Optional.empty();
  }
}
