// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks;

import io.luminate.benchmarks.query.QueryName;
import io.luminate.benchmarks.query.QueryTiming;
import io.luminate.benchmarks.report.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** Results as a table in Markdown, with the floors, and beside each peer the ratio to it. */
final class ResultTable {
  /** The floors of queries are stated for this many points. */
  private static final long QUERY_FLOORS_POINTS_MAX = 17_000_000;

  private static final double MEGA = 1e6;

  private final List<Measured> all;
  private final List<List<String>> rows = new ArrayList<>();
  private int missed;

  /** The first is measured against the floors, the others are its peers. */
  ResultTable(List<Measured> all) {
    this.all = List.copyOf(all);
    row(
        "ingest, points/s (wall)",
        m -> m.load().pointsPerSecond(),
        OptionalDouble.of(650_000),
        true);
    row("server CPU, µs/point", Measured::cpuMicrosPerPoint, OptionalDouble.of(1.8), false);
    row("write request p50, ms", m -> m.load().requestMillisP50(), OptionalDouble.empty(), false);
    row("write request p99, ms", m -> m.load().requestMillisP99(), OptionalDouble.empty(), false);
    row(
        "disk, bytes/point, all sealed",
        m -> m.bytesPerPoint(m.packedBytes()),
        OptionalDouble.of(6.5),
        false);
    row(
        "disk, bytes/point, as it runs",
        m -> m.bytesPerPoint(m.diskBytes()),
        OptionalDouble.empty(),
        false);
    row("RSS after the load, MB", m -> m.residentBytes() / MEGA, OptionalDouble.of(900), false);
    row("RSS at its highest, MB", m -> m.residentBytesPeak() / MEGA, OptionalDouble.empty(), false);
    row("kill -9 to ready, s", m -> m.restart().toMillis() / 1e3, OptionalDouble.of(5), false);
    for (QueryName name : QueryName.values()) {
      row(
          name.title() + ", ms",
          m -> timing(m, name).map(QueryTiming::medianMillis).orElse(Double.NaN),
          floorOf(name),
          false);
      row(
          name.title() + ", first, ms",
          m -> timing(m, name).map(QueryTiming::coldMillis).orElse(Double.NaN),
          OptionalDouble.empty(),
          false);
    }
  }

  private OptionalDouble floorOf(QueryName name) {
    boolean stated = all.getFirst().load().points() <= QUERY_FLOORS_POINTS_MAX;
    return stated ? name.floorMillis() : OptionalDouble.empty();
  }

  private static Optional<QueryTiming> timing(Measured measured, QueryName name) {
    return measured.queries().stream().filter(timing -> timing.name() == name).findFirst();
  }

  private void row(
      String title, ToDoubleFunction<Measured> value, OptionalDouble floor, boolean moreIsBetter) {
    double own = value.applyAsDouble(all.getFirst());
    List<String> row = new ArrayList<>(List.of(title, Figure.text(own)));
    if (floor.isPresent()) {
      double bound = floor.orElseThrow();
      boolean passed = moreIsBetter ? own >= bound : own <= bound;
      missed += passed ? 0 : 1;
      row.add((moreIsBetter ? "≥ " : "≤ ") + Figure.text(bound));
      row.add(passed ? "pass" : "MISS");
    } else {
      row.addAll(List.of("", ""));
    }
    for (Measured peer : all.subList(1, all.size())) {
      double other = value.applyAsDouble(peer);
      row.add(Figure.text(other));
      row.add(Figure.text(moreIsBetter ? own / other : other / own));
    }
    rows.add(row);
  }

  /** Floors that were not reached. */
  int missed() {
    return missed;
  }

  String markdown() {
    List<String> header = new ArrayList<>(List.of("", all.getFirst().name(), "floor", ""));
    for (Measured peer : all.subList(1, all.size())) {
      header.addAll(List.of(peer.name(), "times better"));
    }
    StringBuilder table = new StringBuilder(line(header));
    table.append("|---|").append("---|".repeat(header.size() - 1)).append('\n');
    rows.forEach(row -> table.append(line(row)));
    return table.toString();
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }
}
