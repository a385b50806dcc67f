// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.reference;

import io.luminate.model.Dimensions;
import io.luminate.store.PageTexts;
import io.luminate.store.RangeCursor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where pages of raw points begin and end. */
final class RangePages {
  private RangePages() {}

  static int positionAfter(List<StoredPoint> sorted, RangeCursor cursor) {
    int position = 0;
    while (position < sorted.size() && compare(sorted.get(position), cursor) < 0) {
      position++;
    }
    int last = position;
    while (last < sorted.size()
        && last - position < cursor.repeats()
        && compare(sorted.get(last), cursor) == 0) {
      last++;
    }
    return last;
  }

  private static int compare(StoredPoint point, RangeCursor cursor) {
    int byTime = Long.compare(point.timestampMillis(), cursor.timestampMillis());
    int bySeries = point.series().hash().compareTo(cursor.series());
    int byValue = Double.compare(point.value(), cursor.value());
    return byTime != 0 ? byTime : bySeries != 0 ? bySeries : byValue;
  }

  /** The cursor of a page that ends before {@code end}, which is at least 1. */
  static RangeCursor cursorAt(List<StoredPoint> sorted, int end) {
    StoredPoint last = sorted.get(end - 1);
    int repeats = 1;
    while (repeats < end
        && StoredPoint.RANGE_ORDER.compare(sorted.get(end - 1 - repeats), last) == 0) {
      repeats++;
    }
    return new RangeCursor(last.timestampMillis(), last.series().hash(), last.value(), repeats);
  }

  /** Behind the last point of the page that begins there. */
  static int end(List<StoredPoint> points, int from, int limit) {
    PageTexts texts = new PageTexts();
    Set<Dimensions> series = new HashSet<>();
    int to = Math.min(points.size(), from + limit);
    for (int i = from; i < to; i++) {
      Dimensions next = points.get(i).series().dimensions();
      if (series.add(next) && !texts.take(next)) {
        return i;
      }
    }
    return to;
  }
}
