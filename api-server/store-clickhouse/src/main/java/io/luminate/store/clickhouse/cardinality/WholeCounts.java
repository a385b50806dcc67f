// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Metrics that were counted as a whole, until their rows are written. While they cannot be, there
 * are no more of them than {@link #BYTES_MAX}.
 */
final class WholeCounts {
  /** A metric with very many series on each of a hundred days takes 3.6 MB. */
  static final long BYTES_MAX = 4L << 20;

  private static final int ROW_BYTES = 100;

  private final Map<MetricName, List<MetricCount.Row>> waiting = new HashMap<>();
  private long bytes;

  /**
   * In place of what waits of the metric.
   *
   * @return whether there is room; if not, whoever needs it counts it again
   */
  synchronized boolean add(MetricName name, List<MetricCount.Row> rows) {
    remove(name);
    boolean fits = waiting.isEmpty() || bytes + bytes(rows) <= BYTES_MAX;
    if (fits) {
      waiting.put(name, List.copyOf(rows));
      bytes += bytes(rows);
    }
    return fits;
  }

  private void remove(MetricName name) {
    List<MetricCount.Row> before = waiting.remove(name);
    bytes -= before == null ? 0 : bytes(before);
  }

  synchronized Map<MetricName, List<MetricCount.Row>> all() {
    return Map.copyOf(waiting);
  }

  /** What came in place of it in the meantime goes on waiting. */
  synchronized void written(Map<MetricName, List<MetricCount.Row>> written) {
    written.forEach(
        (name, rows) -> {
          // Sketches are compared by identity, as arrays are.
          if (rows.equals(waiting.get(name))) {
            remove(name);
          }
        });
  }

  private static long bytes(List<MetricCount.Row> rows) {
    return rows.stream().mapToLong(row -> ROW_BYTES + row.sketch().length).sum();
  }
}
