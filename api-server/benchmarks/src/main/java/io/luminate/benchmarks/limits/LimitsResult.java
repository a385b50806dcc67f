// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.limits;

import io.luminate.benchmarks.report.Figure;
import java.util.ArrayList;
import java.util.List;

/** Whom a limit of series let in, and what a limit that is far away costs. */
public record LimitsResult(Decision decision, Cost cost) {
  private static final double OFF_PERCENT_MAX = 2;
  private static final double COST_RATIO_MAX = 1.03;

  /**
   * At the limit.
   *
   * @param servers that decided together
   * @param seriesMax the limit
   * @param offered new series, of which each had one point
   * @param admitted those whose point was not refused
   * @param refusedAgain of the second points of those that were admitted
   * @param offeredPerSecond new series, as fast as they went
   * @param againPerSecond second points
   * @param stored points that are there in the end, by the answer of a query
   */
  record Decision(
      int servers,
      long seriesMax,
      long offered,
      long admitted,
      long refusedAgain,
      double offeredPerSecond,
      double againPerSecond,
      String stored) {
    double offPercent() {
      return 100.0 * Math.abs(admitted - seriesMax) / seriesMax;
    }

    boolean allStored() {
      return stored.equals(Long.toString(2 * admitted - refusedAgain));
    }
  }

  /**
   * Processor time of the server for the usual load, of each turn.
   *
   * @param limit the one that is far away
   */
  record Cost(long limit, List<Double> freeMicros, List<Double> limitedMicros) {
    Cost {
      freeMicros = List.copyOf(freeMicros);
      limitedMicros = List.copyOf(limitedMicros);
    }

    double ratio() {
      return median(limitedMicros) / median(freeMicros);
    }

    static double median(List<Double> values) {
      double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
      return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
  }

  /** Floors that were not reached; points that are missing are one. */
  public int missed() {
    int missed = decision.offPercent() <= OFF_PERCENT_MAX ? 0 : 1;
    missed += decision.refusedAgain == 0 ? 0 : 1;
    missed += decision.allStored() ? 0 : 1;
    missed += cost.ratio() <= COST_RATIO_MAX ? 0 : 1;
    return missed;
  }

  public String markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("|  |  | floor |  |");
    lines.add("|---|---|---|---|");
    lines.add(row("limit of series of one metric", "%,d".formatted(decision.seriesMax), "", ""));
    lines.add(row("servers", Integer.toString(decision.servers), "", ""));
    lines.add(row("new series offered", "%,d".formatted(decision.offered), "", ""));
    lines.add(row("… admitted", "%,d".formatted(decision.admitted), "", ""));
    lines.add(
        row(
            "… off the limit by, %",
            Figure.text(decision.offPercent()),
            "≤ " + Figure.text(OFF_PERCENT_MAX),
            verdict(decision.offPercent() <= OFF_PERCENT_MAX)));
    lines.add(
        row(
            "points of admitted series refused afterwards",
            "%,d".formatted(decision.refusedAgain),
            "≤ 0",
            verdict(decision.refusedAgain == 0)));
    lines.add(row("server CPU without a limit, µs/point", median(cost.freeMicros), "", ""));
    lines.add(
        row(
            "server CPU with a limit of %,d, µs/point".formatted(cost.limit),
            median(cost.limitedMicros),
            "",
            ""));
    lines.add(
        row(
            "… ratio of the medians",
            "%.3f".formatted(cost.ratio()),
            "≤ " + Figure.text(COST_RATIO_MAX),
            verdict(cost.ratio() <= COST_RATIO_MAX)));
    return String.join("\n", lines) + "\n";
  }

  private static String row(String title, String value, String floor, String verdict) {
    return "| %s | %s | %s | %s |".formatted(title, value, floor, verdict);
  }

  private static String verdict(boolean passed) {
    return passed ? "pass" : "MISS";
  }

  private static String median(List<Double> micros) {
    return Figure.text(Cost.median(micros));
  }

  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!decision.allStored()) {
      notes.add(
          "WRONG: %,d points were taken, and a count of them answered %s"
              .formatted(2 * decision.admitted - decision.refusedAgain, decision.stored));
    }
    notes.add(
        "new series: %,.0f/s; second points at the limit: %,.0f/s"
            .formatted(decision.offeredPerSecond, decision.againPerSecond));
    notes.add("turns without a limit, µs/point: " + texts(cost.freeMicros));
    notes.add("turns with a limit, µs/point: " + texts(cost.limitedMicros));
    return notes;
  }

  private static String texts(List<Double> micros) {
    return String.join(" ", micros.stream().map(value -> "%.3f".formatted(value)).toList());
  }
}
