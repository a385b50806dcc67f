// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Dimensions;
import io.luminate.store.rocksdb.head.PartitionKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a store has to hold after a row of changes, computed the obvious way. */
final class ExpectedPoints {
  record Point(String metric, Dimensions dimensions, long timestampMillis, double value) {
    int day() {
      return PartitionKey.dayOf(timestampMillis);
    }
  }

  /** What was asked of the store. */
  sealed interface Change {
    /**
     * @param stored the number of points that the receipt speaks of
     */
    record Write(List<Point> points, String key, int stored) implements Change {}

    record Delete(String metric, long beforeMillis) implements Change {
      boolean takes(Point point) {
        return point.metric().equals(metric) && point.timestampMillis() < beforeMillis;
      }
    }
  }

  /** Whether the change with this index has its effect on the point. */
  private interface Effect {
    boolean of(int index, Point point);
  }

  private final List<Change> changes = new ArrayList<>();

  void add(Change change) {
    changes.add(change);
  }

  int size() {
    return changes.size();
  }

  ExpectedPoints with(List<Change> more) {
    ExpectedPoints copy = new ExpectedPoints();
    copy.changes.addAll(changes);
    copy.changes.addAll(more);
    return copy;
  }

  /** Points by metric, each with the number of its copies. */
  Map<Point, Integer> visible(Map<String, Long> cutOffMillis) {
    return points((i, p) -> true, (i, p) -> true, cutOffMillis);
  }

  /** Points that a loss must have spared. */
  Map<Point, Integer> atLeast(DurableChanges durable, Map<String, Long> cutOffMillis) {
    return points(durable::holds, (i, p) -> true, cutOffMillis);
  }

  /** Points that may be there after a loss: that of a delete brings some back. */
  Map<Point, Integer> atMost(DurableChanges durable, Map<String, Long> cutOffMillis) {
    return points((i, p) -> true, (i, p) -> durable.holds(i), cutOffMillis);
  }

  private Map<Point, Integer> points(
      Effect written, Effect deleted, Map<String, Long> cutOffMillis) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      int index = i;
      switch (changes.get(i)) {
        case Change.Write write ->
            write.points().stream().filter(p -> written.of(index, p)).forEach(points::add);
        case Change.Delete delete -> points.removeIf(p -> delete.takes(p) && deleted.of(index, p));
      }
    }
    Map<Point, Integer> counts = new HashMap<>();
    points.stream()
        .filter(p -> p.timestampMillis() >= cutOffMillis.get(p.metric()))
        .forEach(p -> counts.merge(p, 1, Integer::sum));
    return counts;
  }

  /** What is wanted and not there, and the other way around. */
  static String difference(Map<Point, Integer> wanted, Map<Point, Integer> actual) {
    StringBuilder text = new StringBuilder();
    wanted.forEach(
        (p, n) -> {
          if (!n.equals(actual.get(p))) {
            text.append("wanted ").append(n).append(" got ").append(actual.get(p)).append(' ');
            text.append(p).append('\n');
          }
        });
    Map<Point, Integer> unexpected = new HashMap<>(actual);
    unexpected.keySet().removeAll(wanted.keySet());
    return text.append("unexpected ").append(unexpected).toString();
  }

  /** Idempotency keys and the number of points that the receipt of each speaks of. */
  Map<String, Integer> keys() {
    Map<String, Integer> keys = new TreeMap<>();
    keyed().forEach(write -> keys.put(write.key(), write.stored()));
    return keys;
  }

  List<Change.Write> keyed() {
    return changes.stream()
        .filter(c -> c instanceof Change.Write w && !w.key().isEmpty())
        .map(Change.Write.class::cast)
        .toList();
  }

  /** Keys whose changes no loss takes. */
  Set<String> keys(DurableChanges durable) {
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < changes.size(); i++) {
      if (changes.get(i) instanceof Change.Write w && !w.key().isEmpty() && durable.holds(i)) {
        keys.add(w.key());
      }
    }
    return keys;
  }

  /** What is left of the changes after a loss: these points and keys, no deletes. */
  ExpectedPoints reducedTo(Map<Point, Integer> points, Set<String> keys) {
    Map<Point, Integer> left = new HashMap<>(points);
    ExpectedPoints reduced = new ExpectedPoints();
    for (Change change : changes) {
      if (change instanceof Change.Write write) {
        List<Point> kept = write.points().stream().filter(p -> take(p, left)).toList();
        boolean hasKey = keys.contains(write.key());
        if (hasKey || !kept.isEmpty()) {
          reduced.add(new Change.Write(kept, hasKey ? write.key() : "", write.stored()));
        }
      }
    }
    return reduced;
  }

  private static boolean take(Point point, Map<Point, Integer> left) {
    int copies = left.getOrDefault(point, 0);
    left.put(point, copies - 1);
    return copies > 0;
  }
}
