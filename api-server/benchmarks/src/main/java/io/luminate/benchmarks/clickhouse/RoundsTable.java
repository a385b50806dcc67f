// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.clickhouse;

import static java.util.stream.Collectors.joining;

import io.luminate.benchmarks.clickhouse.ServerRounds.Piece;
import io.luminate.benchmarks.report.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What more servers cost ClickHouse: it should not notice. Figures are medians of all rounds, and
 * so is the ratio of what each number of servers took to what the first did in the same round.
 * Rounds come in pairs, there and back, and a pair's ratio is the geometric mean of its two.
 */
final class RoundsTable {
  private static final double RATIO_MAX = 1.1;

  private final List<List<Piece>> rounds = new ArrayList<>();
  private boolean isWrong;

  /**
   * @param round of each number of servers one, in the same order each time
   */
  void add(List<Piece> round) {
    rounds.add(List.copyOf(round));
  }

  /** Points were lost or doubled. */
  void wrong() {
    isWrong = true;
  }

  /** How many floors. */
  int missed() {
    return (int) columns().filter(column -> !isWithin(column)).count() + (isWrong ? 1 : 0);
  }

  private IntStream columns() {
    return IntStream.range(0, rounds.getFirst().size());
  }

  private double ratio(int column) {
    double[] ratios = ratios(column).toArray();
    return median(
        IntStream.iterate(0, i -> i < ratios.length, i -> i + 2)
            .mapToDouble(i -> Math.sqrt(ratios[i] * ratios[Math.min(i + 1, ratios.length - 1)])));
  }

  private boolean isWithin(int column) {
    return ratio(column) <= RATIO_MAX;
  }

  private DoubleStream ratios(int column) {
    return rounds.stream()
        .mapToDouble(
            round ->
                round.get(column).databasePiecesPerPoint()
                    / round.getFirst().databasePiecesPerPoint());
  }

  private double median(int column, ToDoubleFunction<Piece> figure) {
    return median(rounds.stream().map(round -> round.get(column)).mapToDouble(figure));
  }

  static double median(DoubleStream figures) {
    double[] sorted = figures.sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        "| servers | points/s | rows in a part | times merged | inserts, µs/point | merges, µs/point"
            + " | ClickHouse CPU, µs/point | yardstick, µs | ratio | floor |  | all servers' CPU, µs/point |\n");
    text.append("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    columns().forEach(column -> text.append(row(column)).append('\n'));
    return text.toString();
  }

  private String row(int column) {
    double ratio = ratio(column);
    return "| %d | %s | %s | %s | %s | %s | %s | %s | %s | ≤ %s | %s | %s |"
        .formatted(
            rounds.getFirst().get(column).servers(),
            text(column, piece -> piece.load().pointsPerSecond()),
            text(column, piece -> piece.parts().rowsPerPart()),
            text(column, piece -> piece.parts().timesMerged()),
            text(column, piece -> piece.parts().insertMicrosPerRow()),
            text(column, piece -> piece.parts().mergeMicrosPerRow()),
            text(column, Piece::databaseMicrosPerPoint),
            text(column, Piece::yardstickMicros),
            Figure.text(ratio),
            RATIO_MAX,
            isWithin(column) ? "pass" : "MISS",
            text(column, Piece::serverMicrosPerPoint));
  }

  private String text(int column, ToDoubleFunction<Piece> figure) {
    return Figure.text(median(column, figure));
  }

  /** Whole lines: how far rounds differ, and what else ClickHouse was asked in the last one. */
  List<String> notes() {
    return columns()
        .boxed()
        .map(
            column ->
                "%d servers: ratios %s; ClickHouse's other statements in the last round: %s"
                    .formatted(
                        rounds.getLast().get(column).servers(),
                        ratios(column).mapToObj(Figure::text).collect(joining(", ")),
                        rounds.getLast().get(column).statements()))
        .toList();
  }
}
