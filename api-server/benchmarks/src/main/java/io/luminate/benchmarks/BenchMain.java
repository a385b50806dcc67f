// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks;

import io.luminate.benchmarks.clickhouse.ClickHouseBench;
import io.luminate.benchmarks.fairness.FairnessResult;
import io.luminate.benchmarks.fairness.FairnessRun;
import io.luminate.benchmarks.limits.ClickHouseStorage;
import io.luminate.benchmarks.limits.EmbeddedStorage;
import io.luminate.benchmarks.limits.LimitsResult;
import io.luminate.benchmarks.limits.LimitsRun;
import io.luminate.benchmarks.load.CustomersWorkload;
import io.luminate.benchmarks.load.WorkloadSize;
import io.luminate.benchmarks.peer.VictoriaMetricsBinary;
import io.luminate.benchmarks.process.Machine;
import io.luminate.benchmarks.process.ScratchFolder;
import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Measures a built server, prints a table and the floors, and says with its exit code if all hold.
 */
public final class BenchMain {
  private static final int FLOORS_MISSED = 3;

  /**
   * Fifty questions a second about all of them, as many as a tenant may ask, fill two processors
   * with ClickHouse.
   */
  private static final String ONE_CUSTOMER = ",\"filters\":{\"customer_id\":\"cust_7\"}";

  /**
   * The other has half of the usual limits, or a tenth in front of ClickHouse: what it is granted
   * of the whole takes two processors so much of their time that everybody waits for them, whoever
   * is beside whom.
   */
  private static final FairnessRun.Rates EMBEDDED = new FairnessRun.Rates(50, 20, 50, 25);

  private static final FairnessRun.Rates ON_CLICKHOUSE = new FairnessRun.Rates(10, 4, 10, 5);

  /** Hardly ever are all of them in use when another request is due that takes milliseconds. */
  private static final int FEW = 4;

  /** A request waits for the one before only where that takes more than a second. */
  private static final FairnessRun.Connections ONE_A_SECOND =
      new FairnessRun.Connections(ON_CLICKHOUSE.writes(), ON_CLICKHOUSE.queries());

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
      if (options.limits().wanted()) {
        return runLimits(folder);
      }
      if (options.onClickHouse()) {
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
      ScratchFolder.remove(folder);
    }
  }

  private boolean runFairness(Path folder) throws IOException, InterruptedException {
    FairnessRun run =
        new FairnessRun(
            options.server(), workload, folder, pace(), "of this run alone: " + UUID.randomUUID());
    FairnessResult result = fairness(run, folder);
    return told(
        text(result.markdown(), result.notes()), result.missed(), options.section("fairness"));
  }

  private FairnessRun.Pace pace() {
    Duration turn = options.fairness().turn();
    FairnessRun.Connections over =
        new FairnessRun.Connections(options.connections(), options.connections());
    return options.onClickHouse()
        ? new FairnessRun.Pace(turn, ONE_A_SECOND, over, ON_CLICKHOUSE, ONE_CUSTOMER)
        : new FairnessRun.Pace(turn, new FairnessRun.Connections(FEW, FEW), over, EMBEDDED, "");
  }

  private FairnessResult fairness(FairnessRun run, Path folder)
      throws IOException, InterruptedException {
    if (!options.onClickHouse()) {
      return run.run(new EmbeddedStorage());
    }
    try (ClickHouseServer clickHouse = ClickHouse.start(folder.resolve("clickhouse"))) {
      return run.run(new ClickHouseStorage(clickHouse));
    }
  }

  private String text(String table, List<String> notes) {
    return heading() + "\n" + table + "\n```\n" + String.join("\n", notes) + "\n```\n";
  }

  private boolean runLimits(Path folder) throws IOException, InterruptedException {
    LimitsResult result = options.onClickHouse() ? limitsOnClickHouse(folder) : limits(folder);
    return told(
        text(result.markdown(), result.notes()), result.missed(), options.section("limits"));
  }

  private LimitsResult limits(Path folder) throws IOException, InterruptedException {
    return limitsRun(folder, 1, 4).run(new EmbeddedStorage());
  }

  private LimitsResult limitsOnClickHouse(Path folder) throws IOException, InterruptedException {
    try (ClickHouseServer clickHouse = ClickHouse.start(folder.resolve("clickhouse"))) {
      return limitsRun(folder, 2, 2).run(new ClickHouseStorage(clickHouse));
    }
  }

  private LimitsRun limitsRun(Path folder, int deciding, int turns) {
    LimitsRun.Plan plan =
        new LimitsRun.Plan(options.limits().seriesMax(), deciding, options.connections(), turns);
    return new LimitsRun(options.server(), workload, folder, plan);
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
            options.onClickHouse() ? "ClickHouse 26.7" : "durability disk",
            machine.text(),
            LocalDate.now(ZoneOffset.UTC));
  }
}
