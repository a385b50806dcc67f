// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.clickhouse;

import io.luminate.benchmarks.load.LoadResult;
import io.luminate.benchmarks.query.QueryTiming;
import java.time.Duration;
import java.util.List;

/**
 * What a load took of each side. Without a server in between its figures are zero.
 *
 * @param processes servers in front of ClickHouse
 * @param databaseCpu until ClickHouse's merges had settled
 * @param serverResidentBytes of the largest of the servers
 * @param diskBytes active parts once merges had settled
 */
record Share(
    int processes,
    LoadResult load,
    Duration databaseCpu,
    Duration serverCpu,
    long serverResidentBytes,
    long diskBytes,
    PartFigures parts,
    List<QueryTiming> queries) {
  Share {
    queries = List.copyOf(queries);
  }

  double databaseMicrosPerPoint() {
    return databaseCpu.toNanos() / 1e3 / load.points();
  }

  double serverMicrosPerPoint() {
    return serverCpu.toNanos() / 1e3 / load.points();
  }
}
