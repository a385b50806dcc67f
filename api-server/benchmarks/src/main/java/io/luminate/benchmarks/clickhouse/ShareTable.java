// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.clickhouse;

import io.luminate.benchmarks.query.QueryName;
import io.luminate.benchmarks.report.Figure;
import java.util.ArrayList;
import java.util.List;

/** The floors: what Luminate may cost more than a table made by hand, and of itself. */
final class ShareTable {
  private static final double QUERY_RATIO_MAX = 1.15;
  private static final double DATABASE_CPU_RATIO_MAX = 1.1;
  private static final double SERVER_MICROS_MAX = 1.5;
  private static final double SERVER_MEGABYTES_MAX = 512;
  private static final double MEGA = 1e6;

  private final List<String> lines = new ArrayList<>();
  private int missed;

  /** Luminate's figures alone. */
  void add(Share luminate) {
    lines.add("|  | Luminate |  |  | floor |  |");
    lines.add("|---|---|---|---|---|---|");
    plain("ingest, points/s (wall)", luminate.load().pointsPerSecond());
    plain("yardstick, µs", luminate.pieceMicros());
    plain("ClickHouse CPU, µs/point", luminate.databaseMicrosPerPoint());
    server(luminate);
  }

  private void server(Share luminate) {
    bound("server CPU, µs/point", luminate.serverMicrosPerPoint(), SERVER_MICROS_MAX);
    bound(
        "server RSS at its highest under load, MB",
        luminate.serverResidentBytes() / MEGA,
        SERVER_MEGABYTES_MAX);
  }

  private void plain(String title, double own) {
    lines.add("| %s | %s |  |  |  |  |".formatted(title, Figure.text(own)));
  }

  /** The figures beside those of the other way. */
  void compare(Share luminate, Share byHand) {
    lines.add("|  | Luminate | by hand | ratio | floor |  |");
    lines.add("|---|---|---|---|---|---|");
    plain(
        "ingest, points/s (wall)",
        luminate.load().pointsPerSecond(),
        byHand.load().pointsPerSecond());
    plain("yardstick, µs", luminate.pieceMicros(), byHand.pieceMicros());
    ratio(
        "ClickHouse CPU, µs/point",
        luminate.databaseMicrosPerPoint(),
        byHand.databaseMicrosPerPoint(),
        DATABASE_CPU_RATIO_MAX);
    server(luminate);
    plain("… questions included", luminate.askedResidentBytes() / MEGA);
    ratio(
        "ClickHouse CPU until a day is one part, µs/point",
        luminate.mergedMicrosPerPoint(),
        byHand.mergedMicrosPerPoint(),
        DATABASE_CPU_RATIO_MAX);
    plain("disk, bytes/point", luminate.bytesPerPoint(), byHand.bytesPerPoint());
    parts(luminate.parts(), byHand.parts());
    for (QueryName name : QueryName.values()) {
      ratio(
          name.title() + ", ms",
          Share.millis(luminate.inOnePart(), name),
          Share.millis(byHand.inOnePart(), name),
          QUERY_RATIO_MAX);
      plain(
          "… as loaded",
          Share.millis(luminate.asLoaded(), name),
          Share.millis(byHand.asLoaded(), name));
    }
  }

  private void parts(PartFigures own, PartFigures other) {
    plain("… inserts, µs/point", own.insertMicrosPerRow(), other.insertMicrosPerRow());
    plain("… merges, µs/point", own.mergeMicrosPerRow(), other.mergeMicrosPerRow());
    plain("rows in a part as inserted", own.rowsPerPart(), other.rowsPerPart());
    plain("times a row is merged", own.timesMerged(), other.timesMerged());
    plain("parts in the end", own.active(), other.active());
  }

  private void plain(String title, double own, double other) {
    lines.add(
        "| %s | %s | %s | %s |  |  |"
            .formatted(title, Figure.text(own), Figure.text(other), Figure.text(own / other)));
  }

  private void ratio(String title, double own, double other, double max) {
    boolean passed = own / other <= max;
    lines.add(
        "| %s | %s | %s | %s | ≤ %s | %s |"
            .formatted(
                title,
                Figure.text(own),
                Figure.text(other),
                Figure.text(own / other),
                max,
                verdict(passed)));
  }

  private void bound(String title, double own, double max) {
    lines.add(
        "| %s | %s |  |  | ≤ %s | %s |"
            .formatted(title, Figure.text(own), Figure.text(max), verdict(own <= max)));
  }

  private String verdict(boolean passed) {
    missed += passed ? 0 : 1;
    return passed ? "pass" : "MISS";
  }

  int missed() {
    return missed;
  }

  String markdown() {
    return String.join("\n", lines) + "\n";
  }
}
