// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.clickhouse;

import io.luminate.benchmarks.load.LoadResult;
import io.luminate.benchmarks.process.Yardstick;
import io.luminate.benchmarks.query.QueryName;
import io.luminate.benchmarks.query.QueryTiming;
import java.time.Duration;
import java.util.List;

/**
 * What a load took of each side, and the answers afterwards. Without a server in between its
 * figures are zero.
 *
 * @param processes servers in front of ClickHouse
 * @param pieceMicros of processor time for a piece of {@link Yardstick} during the load
 * @param databaseCpu until ClickHouse merged nothing any more
 * @param serverResidentBytes of the largest of the servers, at its highest until then
 * @param askedResidentBytes the same, until the last question was answered
 * @param parts as the load left them
 * @param asLoaded answers at that time, if any were asked for
 * @param inOnePart answers when each day was one part
 */
record Share(
    int processes,
    LoadResult load,
    double pieceMicros,
    Duration databaseCpu,
    Duration serverCpu,
    long serverResidentBytes,
    long askedResidentBytes,
    PartFigures parts,
    List<QueryTiming> asLoaded,
    Merged merged,
    List<QueryTiming> inOnePart) {

  /**
   * All that is there merged into one part a day.
   *
   * @param cpu of ClickHouse, beyond the load's
   */
  record Merged(Duration cpu, long diskBytes) {
    static final Merged NOT = new Merged(Duration.ZERO, 0);
  }

  Share {
    asLoaded = List.copyOf(asLoaded);
    inOnePart = List.copyOf(inOnePart);
  }

  /** Nothing asked yet. */
  static Share loaded(
      int processes,
      LoadResult load,
      double pieceMicros,
      Duration databaseCpu,
      Duration serverCpu,
      long serverResidentBytes,
      PartFigures parts) {
    return new Share(
        processes,
        load,
        pieceMicros,
        databaseCpu,
        serverCpu,
        serverResidentBytes,
        serverResidentBytes,
        parts,
        List.of(),
        Merged.NOT,
        List.of());
  }

  Share asked(
      List<QueryTiming> before, Merged nowMerged, List<QueryTiming> after, long residentBytes) {
    return new Share(
        processes,
        load,
        pieceMicros,
        databaseCpu,
        serverCpu,
        serverResidentBytes,
        residentBytes,
        parts,
        before,
        nowMerged,
        after);
  }

  double databaseMicrosPerPoint() {
    return perPoint(databaseCpu);
  }

  /** Until each day was one part. */
  double mergedMicrosPerPoint() {
    return perPoint(databaseCpu.plus(merged.cpu()));
  }

  double serverMicrosPerPoint() {
    return perPoint(serverCpu);
  }

  private double perPoint(Duration cpu) {
    return cpu.toNanos() / 1e3 / load.points();
  }

  double bytesPerPoint() {
    return (double) merged.diskBytes() / load.points();
  }

  static double millis(List<QueryTiming> timings, QueryName name) {
    return timings.stream()
        .filter(timing -> timing.name() == name)
        .mapToDouble(QueryTiming::medianMillis)
        .findFirst()
        .orElse(Double.NaN);
  }
}
