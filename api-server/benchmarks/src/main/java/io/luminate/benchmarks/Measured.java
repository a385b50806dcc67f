// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks;

import io.luminate.benchmarks.load.LoadResult;
import io.luminate.benchmarks.query.QueryTiming;
import java.time.Duration;
import java.util.List;

/**
 * What one database showed.
 *
 * @param cpu processor time of the server from the first request until its work behind the load was
 *     done
 * @param settled whether that end came before the patience did
 * @param diskBytes the data folder then
 * @param packedBytes the data folder once everything is in its final form, without a journal
 * @param restart from a start after kill -9 until it is ready
 * @param notes findings in whole lines
 */
record Measured(
    String name,
    LoadResult load,
    Duration cpu,
    boolean settled,
    long residentBytes,
    long residentBytesPeak,
    long diskBytes,
    long packedBytes,
    Duration restart,
    List<QueryTiming> queries,
    List<String> notes) {
  Measured {
    queries = List.copyOf(queries);
    notes = List.copyOf(notes);
  }

  double cpuMicrosPerPoint() {
    return cpu.toNanos() / 1e3 / load.points();
  }

  double bytesPerPoint(long bytes) {
    return (double) bytes / load.points();
  }
}
