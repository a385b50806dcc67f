// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks;

import io.luminate.benchmarks.clickhouse.ClickHouseBench;
import io.luminate.benchmarks.fairness.FairnessResult;
import io.luminate.benchmarks.fairness.FairnessRun;
import io.luminate.benchmarks.load.CustomersWorkload;
import io.luminate.benchmarks.load.WorkloadSize;
import io.luminate.benchmarks.peer.VictoriaMetricsBinary;
import io.luminate.benchmarks.process.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Measures a built server, prints a table and the floors, and says with its exit code if all hold.
 */
public final class BenchMain {
  private static final int FLOORS_MISSED = 3;

  private final BenchOptions options;
  private final CustomersWorkload workload;
  private final Machine machine;

  private BenchMain(BenchOptions options) throws IOException, InterruptedException {
    this.options = options;
    this.machine = Machine.here();
    WorkloadSize size = WorkloadSize.named(options.points());
    this.workload = CustomersWorkload.until(System.currentTimeMillis(), size, options.seed());
  }

  public static void main(String[] arguments) throws InterruptedException {
    try {
      BenchMain bench = new BenchMain(BenchOptions.parse(System.getenv(), arguments));
      System.exit(bench.run() ? 0 : FLOORS_MISSED);
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(1);
    }
  }

  private boolean run() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(options.dataFolder(), "luminate-bench");
    try {
      if (options.fairness().wanted()) {
        return runFairness(folder);
      }
      if (options.backend().equals("clickhouse")) {
        return runOnClickHouse(folder);
      }
      List<Measured> all = new ArrayList<>();
      all.add(new LuminateRun(options, workload, folder).run());
      write(all);
      for (String peer : options.peers()) {
        runPeer(peer, folder, all);
      }
      return report(all);
    } finally {
      remove(folder);
    }
  }

  private boolean runFairness(Path folder) throws IOException, InterruptedException {
    if (options.backend().equals("clickhouse")) {
      throw new IllegalArgumentException("--fairness is about the embedded store");
    }
    FairnessRun run =
        new FairnessRun(
            options.server(),
            workload,
            folder,
            options.fairness().turn(),
            "of this run alone: " + UUID.randomUUID());
    FairnessResult result = run.run();
    String text =
        heading()
            + "\n"
            + result.markdown()
            + "\n```\n"
            + String.join("\n", result.notes())
            + "\n```\n";
    return told(text, result.missed(), "fairness-" + options.points());
  }

  /** Prints results and replaces their section of the document, if there is one. */
  private boolean told(String text, int missed, String section) throws IOException {
    System.out.println(text);
    System.out.println(missed == 0 ? "All floors hold." : missed + " floors are missed.");
    if (options.resultsFile().isPresent()) {
      ResultsDocument.replace(options.resultsFile().orElseThrow(), section, text);
    }
    return missed == 0;
  }

  private boolean runOnClickHouse(Path folder) throws IOException, InterruptedException {
    ClickHouseBench.Plan plan =
        new ClickHouseBench.Plan(
            workload.size(),
            options.seed(),
            options.connections(),
            options.servers(),
            options.compare(),
            options.profile());
    ClickHouseBench.Report report = new ClickHouseBench(options.server(), plan, folder).run();
    StringBuilder text = new StringBuilder(heading()).append('\n').append(report.table());
    if (!report.notes().isEmpty()) {
      text.append("\n```\n").append(String.join("\n", report.notes())).append("\n```\n");
    }
    return told(text.toString(), report.missed(), "clickhouse-" + options.points());
  }

  private void runPeer(String peer, Path folder, List<Measured> all)
      throws IOException, InterruptedException {
    if (!peer.equals("victoriametrics")) {
      throw new IllegalArgumentException("PEERS: " + peer + " is none of victoriametrics");
    }
    try {
      Path binary = VictoriaMetricsBinary.get();
      all.add(new VictoriaMetricsRun(options, workload, folder, binary).run());
    } catch (IOException e) {
      System.out.println("SKIPPED " + peer + ": " + e.getMessage());
    }
  }

  /** Also before the peers, who take much longer. */
  private void write(List<Measured> all) throws IOException {
    if (options.resultsFile().isPresent()) {
      ResultsDocument.replace(
          options.resultsFile().orElseThrow(), options.points(), text(all, new ResultTable(all)));
    }
  }

  private boolean report(List<Measured> all) throws IOException {
    ResultTable table = new ResultTable(all);
    System.out.println(text(all, table));
    System.out.println(
        table.missed() == 0 ? "All floors hold." : table.missed() + " floors are missed.");
    write(all);
    return table.missed() == 0;
  }

  private String text(List<Measured> all, ResultTable table) {
    StringBuilder text = new StringBuilder(heading()).append('\n').append(table.markdown());
    for (Measured measured : all) {
      if (!measured.settled()) {
        text.append("\n").append(measured.name()).append(" had not settled.\n");
      }
      if (!measured.notes().isEmpty()) {
        text.append("\n").append(measured.name()).append(":\n\n```\n");
        measured.notes().forEach(note -> text.append(note).append('\n'));
        text.append("```\n");
      }
    }
    return text.toString();
  }

  private String heading() {
    WorkloadSize size = workload.size();
    return "%,d points in %,d series, %d connections, %s; %s; %s.\n"
        .formatted(
            size.points(),
            size.series(),
            options.connections(),
            options.backend().equals("clickhouse") ? "ClickHouse 26.7" : "durability disk",
            machine.text(),
            LocalDate.now(ZoneOffset.UTC));
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
