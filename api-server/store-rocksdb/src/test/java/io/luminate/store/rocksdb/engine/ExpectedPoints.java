// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Dimensions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a store has to hold after a row of changes, computed the obvious way. */
final class ExpectedPoints {
  record Point(String metric, Dimensions dimensions, long timestampMillis, double value) {}

  /** What was asked of the store. */
  sealed interface Change {
    record Write(List<Point> points, String key) implements Change {}

    record Delete(String metric, long beforeMillis) implements Change {}
  }

  private final List<Change> changes = new ArrayList<>();

  void add(Change change) {
    changes.add(change);
  }

  ExpectedPoints with(List<Change> more) {
    ExpectedPoints copy = new ExpectedPoints();
    copy.changes.addAll(changes);
    copy.changes.addAll(more);
    return copy;
  }

  /** Points by metric, each with the number of its copies. */
  Map<Point, Integer> visible(Map<String, Long> cutOffMillis) {
    List<Point> points = new ArrayList<>();
    for (Change change : changes) {
      switch (change) {
        case Change.Write write -> points.addAll(write.points());
        case Change.Delete delete ->
            points.removeIf(
                p ->
                    p.metric().equals(delete.metric())
                        && p.timestampMillis() < delete.beforeMillis());
      }
    }
    Map<Point, Integer> counts = new HashMap<>();
    points.stream()
        .filter(p -> p.timestampMillis() >= cutOffMillis.get(p.metric()))
        .forEach(p -> counts.merge(p, 1, Integer::sum));
    return counts;
  }

  /** Idempotency keys and the number of the change that used each. */
  Map<String, Integer> keys() {
    Map<String, Integer> keys = new TreeMap<>();
    for (Change change : changes) {
      if (change instanceof Change.Write write && !write.key().isEmpty()) {
        keys.put(write.key(), write.points().size());
      }
    }
    return keys;
  }
}
