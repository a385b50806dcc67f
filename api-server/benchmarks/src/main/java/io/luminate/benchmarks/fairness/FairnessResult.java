// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.fairness;

import io.luminate.benchmarks.report.Figure;
import java.util.ArrayList;
import java.util.List;

/** How long the tenant within its limits waited, alone and beside the other. */
public record FairnessResult(Side quiet, Side loaded, Other other) {
  private static final double RATIO_MAX = 1.5;

  /** What a tenant within its limits saw. */
  record Side(PacedClient.Seen writes, PacedClient.Seen queries) {}

  /**
   * What the other one sent and got.
   *
   * @param writesPerSecond sent
   * @param queriesPerSecond sent
   */
  record Other(
      PacedClient.Seen writes,
      PacedClient.Seen queries,
      double writesPerSecond,
      double queriesPerSecond) {}

  /** Floors that were not reached; a request of the quiet tenant that failed is one. */
  public int missed() {
    int missed = 0;
    missed += ratio(quiet.writes, loaded.writes) <= RATIO_MAX ? 0 : 1;
    missed += ratio(quiet.queries, loaded.queries) <= RATIO_MAX ? 0 : 1;
    missed += unanswered() == 0 ? 0 : 1;
    return missed;
  }

  private long unanswered() {
    return List.of(quiet, loaded).stream()
        .flatMap(side -> List.of(side.writes, side.queries).stream())
        .mapToLong(seen -> seen.partial() + seen.refused() + seen.failed())
        .sum();
  }

  private static double ratio(PacedClient.Seen quiet, PacedClient.Seen loaded) {
    return loaded.millisAt(0.99) / quiet.millisAt(0.99);
  }

  public String markdown() {
    StringBuilder table = new StringBuilder("|  | quiet | loaded | ratio | floor |  |\n");
    table.append("|---|---|---|---|---|---|\n");
    rows(table, "write", quiet.writes, loaded.writes);
    rows(table, "query", quiet.queries, loaded.queries);
    return table.toString();
  }

  private static void rows(
      StringBuilder table, String what, PacedClient.Seen quiet, PacedClient.Seen loaded) {
    table.append(
        "| %s p50, ms | %s | %s | %s |  |  |%n"
            .formatted(
                what,
                Figure.text(quiet.millisAt(0.5)),
                Figure.text(loaded.millisAt(0.5)),
                Figure.text(loaded.millisAt(0.5) / quiet.millisAt(0.5))));
    double ratio = ratio(quiet, loaded);
    table.append(
        "| %s p99, ms | %s | %s | %s | ≤ %s | %s |%n"
            .formatted(
                what,
                Figure.text(quiet.millisAt(0.99)),
                Figure.text(loaded.millisAt(0.99)),
                Figure.text(ratio),
                Figure.text(RATIO_MAX),
                ratio <= RATIO_MAX ? "pass" : "MISS"));
  }

  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "the other tenant: %.0f writes/s and %.0f queries/s sent; of its writes %,d granted, %,d of them without a new series, %,d refused; of its queries %,d and %,d"
            .formatted(
                other.writesPerSecond,
                other.queriesPerSecond,
                other.writes.nanos().length,
                other.writes.partial(),
                other.writes.refused(),
                other.queries.nanos().length,
                other.queries.refused()));
    notes.add(
        "requests of the tenant within its limits: %,d quiet, %,d loaded; %,d refused or failed; of %,d and %,d the connection was not free when they were due"
            .formatted(
                quiet.writes.sent() + quiet.queries.sent(),
                loaded.writes.sent() + loaded.queries.sent(),
                unanswered(),
                quiet.writes.late() + quiet.queries.late(),
                loaded.writes.late() + loaded.queries.late()));
    for (PacedClient.Seen seen :
        List.of(
            quiet.writes,
            quiet.queries,
            loaded.writes,
            loaded.queries,
            other.writes,
            other.queries)) {
      if (!seen.example().isEmpty()) {
        notes.add("failed: " + seen.example());
      }
    }
    return notes;
  }
}
