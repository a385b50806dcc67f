// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.clickhouse;

import io.luminate.benchmarks.load.CustomersWorkload;
import io.luminate.benchmarks.load.HandMadeRows;
import io.luminate.benchmarks.load.HttpReply;
import io.luminate.benchmarks.load.JsonFormat;
import io.luminate.benchmarks.load.LoadResult;
import io.luminate.benchmarks.load.Loader;
import io.luminate.benchmarks.load.Metric;
import io.luminate.benchmarks.load.WorkloadSize;
import io.luminate.benchmarks.process.ProcessUsage;
import io.luminate.benchmarks.process.Yardstick;
import io.luminate.benchmarks.query.HandMadeSql;
import io.luminate.benchmarks.query.LuminateQueries;
import io.luminate.benchmarks.query.QueryTimer;
import io.luminate.benchmarks.query.QueryTiming;
import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The same points through Luminate's servers and straight into a table made for them, in one
 * ClickHouse, one after the other and at the same pace; then the same questions of both. Where
 * several counts of servers are asked for, those are compared afterwards ({@link ServerRounds}).
 */
public final class ClickHouseBench {
  /** What a loader of one's own would send: ClickHouse wants large inserts. */
  private static final int HAND_MADE_BATCH_POINTS = 50_000;

  private static final Pattern COUNT = Pattern.compile("\"count\":(\\d+)");

  static final String POINTS = "points";
  private static final int WARM_UP_CONNECTIONS = 4;
  private static final Duration WARM_UP = Duration.ofSeconds(60);
  private static final String BY_HAND = "points_by_hand";

  private final Path serverCommand;
  private final Plan plan;
  private final WorkloadSize size;
  private final Path folder;
  private final CustomersWorkload workload;
  private final Yardstick yardstick = new Yardstick();
  private final List<String> notes = new ArrayList<>();
  private int wrong;

  /**
   * What to do.
   *
   * @param servers how many; the first is measured whole, and all are compared
   * @param compare whether ClickHouse alone does the same, and both answer questions
   * @param profile whether servers record where their time goes
   */
  public record Plan(
      WorkloadSize size,
      long seed,
      int connections,
      List<Integer> servers,
      boolean compare,
      boolean profile) {
    public Plan {
      servers = List.copyOf(servers);
      if (servers.isEmpty() || servers.stream().anyMatch(count -> count < 1)) {
        throw new IllegalArgumentException("servers: one count at least, each from 1: " + servers);
      }
    }
  }

  /**
   * @param serverCommand starts a Luminate server
   * @param folder for everything that is written, logs too
   */
  public ClickHouseBench(Path serverCommand, Plan plan, Path folder) {
    this.serverCommand = serverCommand;
    this.plan = plan;
    this.size = plan.size();
    this.folder = folder;
    this.workload = CustomersWorkload.until(System.currentTimeMillis(), size, plan.seed());
  }

  /** The table, and what is wrong with it, if anything. */
  public Report run() throws IOException, InterruptedException {
    try (yardstick;
        ClickHouseServer clickHouse = ClickHouse.start(folder.resolve("clickhouse"))) {
      yardstick.start();
      ProcessUsage database = new ProcessUsage(clickHouse.pid());
      ShareTable table = new ShareTable();
      int processes = plan.servers().getFirst();
      if (plan.compare()) {
        List<Share> both = bothWays(clickHouse, database, processes);
        table.compare(both.getFirst(), both.getLast());
      } else {
        table.add(throughServers(clickHouse, database, processes));
      }
      if (plan.servers().size() > 1) {
        return with(table, rounds(clickHouse));
      }
      return new Report(table.markdown(), table.missed() + wrong, List.copyOf(notes));
    }
  }

  private RoundsTable rounds(ClickHouseServer clickHouse) throws IOException, InterruptedException {
    ServerRounds rounds =
        new ServerRounds(clickHouse, workload, plan.connections(), plan.servers(), yardstick);
    RoundsTable table = rounds.run(serverCommand, folder);
    notes.addAll(rounds.notes());
    notes.addAll(table.notes());
    return table;
  }

  private Report with(ShareTable one, RoundsTable several) {
    return new Report(
        one.markdown() + "\n" + several.markdown(),
        one.missed() + several.missed() + wrong,
        List.copyOf(notes));
  }

  /**
   * @param missed floors, and counts of points
   * @param notes whole lines
   */
  public record Report(String table, int missed, List<String> notes) {}

  private Share throughServers(ClickHouseServer clickHouse, ProcessUsage database, int processes)
      throws IOException, InterruptedException {
    String schema = clickHouse.newDatabase();
    try (Servers servers = start(clickHouse, schema, processes)) {
      Instant start = Instant.now();
      Share share = throughServers(clickHouse, database, servers, schema, processes);
      verify(servers);
      if (plan.profile()) {
        notes.addAll(servers.methods(start, Instant.now()));
      }
      return share;
    } finally {
      clickHouse.execute("DROP DATABASE " + schema + " SYNC");
    }
  }

  private Servers start(ClickHouseServer clickHouse, String schema, int processes)
      throws IOException, InterruptedException {
    return Servers.start(serverCommand, clickHouse, schema, processes, folder, plan.profile());
  }

  private Share throughServers(
      ClickHouseServer clickHouse,
      ProcessUsage database,
      Servers servers,
      String schema,
      int processes)
      throws IOException, InterruptedException {
    Instant since = Instant.now();
    Duration before = database.cpu();
    Duration serversBefore = servers.cpu();
    Yardstick.Mark begun = yardstick.mark();
    LoadResult load =
        servers.load(
            new Loader(workload, new JsonFormat(size), servers.addresses()), plan.connections());
    double pieceMicros = yardstick.microsPerPieceSince(begun);
    settle(clickHouse);
    Duration cpu = database.cpu().minus(before);
    Duration serverCpu = servers.cpu().minus(serversBefore);
    notes.add("%d servers, the first one's %s".formatted(processes, servers.threads()));
    notes.add(
        "ClickHouse's other statements with %d servers: %s"
            .formatted(processes, StatementFigures.of(clickHouse, schema + "." + POINTS, since)));
    return Share.loaded(
        processes,
        load,
        pieceMicros,
        cpu,
        serverCpu,
        servers.residentBytesMax(),
        PartFigures.of(clickHouse, schema, POINTS, since));
  }

  /**
   * Luminate's share and that by hand. The questions are asked of both by turns, when both are
   * there: machines are not equally fast all the time.
   */
  private List<Share> bothWays(ClickHouseServer clickHouse, ProcessUsage database, int processes)
      throws IOException, InterruptedException {
    String schema = clickHouse.newDatabase();
    String otherSchema = clickHouse.newDatabase();
    try (Servers servers = start(clickHouse, schema, processes)) {
      Share own = throughServers(clickHouse, database, servers, schema, processes);
      double pace = own.load().pointsPerSecond();
      Share other = byHand(clickHouse, database, otherSchema, pace);
      Table ours = new Table("Luminate", schema + "." + POINTS, luminate(servers));
      Table theirs =
          new Table("by hand", otherSchema + "." + BY_HAND, byHand(clickHouse, otherSchema));
      warmUp(servers);
      List<List<QueryTiming>> asLoaded = ask(ours, theirs);
      Share.Merged ownMerged = merge(clickHouse, database, ours);
      Share.Merged otherMerged = merge(clickHouse, database, theirs);
      List<List<QueryTiming>> merged = ask(ours, theirs);
      verify(servers);
      verify(clickHouse, otherSchema);
      return List.of(
          own.asked(asLoaded.getFirst(), ownMerged, merged.getFirst(), servers.residentBytesMax()),
          other.asked(asLoaded.getLast(), otherMerged, merged.getLast(), 0));
    } finally {
      clickHouse.execute("DROP DATABASE " + schema + " SYNC");
      clickHouse.execute("DROP DATABASE " + otherSchema + " SYNC");
    }
  }

  private record Table(String whose, String name, QueryTimer.Asked asked) {}

  /**
   * With every kind of question, about so little that the server's own work is most of it; then
   * with the quickest, which are timed most strictly.
   */
  private void warmUp(Servers servers) throws InterruptedException {
    LuminateQueries queries = new LuminateQueries(workload);
    QueryTimer timer = new QueryTimer(servers.addresses().getFirst());
    timer.warmUp(queries.ofFewCustomers(), WARM_UP_CONNECTIONS, WARM_UP);
    timer.warmUp(queries.ofAnotherCustomer(), WARM_UP_CONNECTIONS, WARM_UP);
  }

  private QueryTimer.Asked luminate(Servers servers) {
    return new QueryTimer.Asked(
        servers.addresses().getFirst(), new LuminateQueries(workload).all());
  }

  private QueryTimer.Asked byHand(ClickHouseServer clickHouse, String schema) {
    String access = access(clickHouse, schema);
    return new QueryTimer.Asked(
        address(clickHouse), new HandMadeSql(workload, access, BY_HAND).all());
  }

  private static String access(ClickHouseServer clickHouse, String schema) {
    return "user=%s&password=%s&database=%s"
        .formatted(clickHouse.user(), clickHouse.password(), schema);
  }

  private static InetSocketAddress address(ClickHouseServer clickHouse) {
    return new InetSocketAddress(clickHouse.httpUrl().getHost(), clickHouse.httpUrl().getPort());
  }

  private List<List<QueryTiming>> ask(Table one, Table other) throws IOException {
    List<List<QueryTiming>> timings = QueryTimer.byTurns(List.of(one.asked(), other.asked()));
    noteFailures(one.whose(), timings.getFirst());
    noteFailures(other.whose(), timings.getLast());
    return timings;
  }

  /** How many parts a load leaves is chance; here each day becomes one. */
  private Share.Merged merge(ClickHouseServer clickHouse, ProcessUsage database, Table table)
      throws IOException, InterruptedException {
    Duration before = database.cpu();
    clickHouse.execute("OPTIMIZE TABLE " + table.name() + " FINAL");
    settle(clickHouse);
    return new Share.Merged(
        database.cpu().minus(before), PartFigures.diskBytes(clickHouse, table.name()));
  }

  /** As fast as Luminate: a shorter load leaves less of the merging for ClickHouse to do in it. */
  private Share byHand(
      ClickHouseServer clickHouse, ProcessUsage database, String schema, double pointsPerSecond)
      throws IOException, InterruptedException {
    clickHouse.execute(HandMadeSql.create(schema + "." + BY_HAND));
    CustomersWorkload large =
        new CustomersWorkload(size, plan.seed(), workload.endMillis(), HAND_MADE_BATCH_POINTS);
    Instant since = Instant.now();
    Duration before = database.cpu();
    Yardstick.Mark begun = yardstick.mark();
    LoadResult load =
        new Loader(
                large,
                new HandMadeRows(size, access(clickHouse, schema), BY_HAND),
                address(clickHouse))
            .at(pointsPerSecond)
            .run(plan.connections());
    double pieceMicros = yardstick.microsPerPieceSince(begun);
    settle(clickHouse);
    Duration cpu = database.cpu().minus(before);
    return Share.loaded(
        0,
        load,
        pieceMicros,
        cpu,
        Duration.ZERO,
        0,
        PartFigures.of(clickHouse, schema, BY_HAND, since));
  }

  private void settle(ClickHouseServer clickHouse) throws InterruptedException {
    if (!Merges.awaitEnd(clickHouse)) {
      notes.add("ClickHouse still merged " + Merges.AWAITED + " later");
    }
  }

  private void noteFailures(String whose, List<QueryTiming> queries) {
    queries.stream()
        .filter(timing -> !timing.ok())
        .forEach(t -> notes.add(whose + ": " + t.name().title() + " failed: " + t.failure()));
  }

  private void verify(ClickHouseServer clickHouse, String schema) {
    for (Metric metric : Metric.values()) {
      String sql = HandMadeSql.count(schema + "." + BY_HAND, metric);
      verify("by hand", metric, clickHouse.query(sql).getFirst());
    }
  }

  private void verify(Servers servers) throws IOException {
    QueryTimer timer = new QueryTimer(servers.addresses().getLast());
    for (Metric metric : Metric.values()) {
      HttpReply reply =
          timer.ask(LuminateQueries.path(), new LuminateQueries(workload).countOf(metric));
      Matcher count = COUNT.matcher(reply.body());
      verify("Luminate", metric, count.find() ? count.group(1) : reply.shown());
    }
  }

  /** A fast answer from a store that lost points is worth nothing: it counts as a missed floor. */
  private void verify(String whose, Metric metric, String counted) {
    if (!counted.equals(String.valueOf(size.points(metric)))) {
      wrong++;
      notes.add(
          "WRONG: %s: %s has %d points, and a count of them answered %s"
              .formatted(whose, metric.wireName(), size.points(metric), counted));
    }
  }
}
