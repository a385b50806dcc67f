// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.clickhouse;

import io.luminate.benchmarks.load.CustomersWorkload;
import io.luminate.benchmarks.load.JsonFormat;
import io.luminate.benchmarks.load.LoadResult;
import io.luminate.benchmarks.load.Loader;
import io.luminate.benchmarks.process.ProcessUsage;
import io.luminate.benchmarks.process.Processors;
import io.luminate.benchmarks.process.Yardstick;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What ClickHouse takes for the same points when they come through more servers. There are as many
 * as the largest number needs, which have had the workload before, between them; then each number
 * of them gets a part of it, each of another day, in rounds, at a pace that all keep, while the
 * others stand still. What a machine takes for the same work differs more between minutes than
 * between numbers of servers, so each number is compared within its round.
 */
final class ServerRounds {
  /** There and back, three times: what one place in a round costs each number pays once. */
  private static final int ROUNDS = 6;

  /** What is overdue in servers that stood still is done by then. */
  private static final Duration AFTER_STANDSTILL = Duration.ofSeconds(3);

  /** Of the workload: some forty inserts. */
  private static final int SHARE_OF_BATCHES = 4;

  /** Less than four servers take on half of two slow processors, with the loader. */
  private static final double POINTS_PER_SECOND = 150_000;

  private final ClickHouseServer clickHouse;
  private final CustomersWorkload workload;
  private final int connections;
  private final List<Integer> counts;
  private final Yardstick yardstick;
  private final RoundsTable table = new RoundsTable();
  private final List<String> notes = new ArrayList<>();
  private long pointsSent;
  private int daysEarlier;

  ServerRounds(
      ClickHouseServer clickHouse,
      CustomersWorkload workload,
      int connections,
      List<Integer> counts,
      Yardstick yardstick) {
    this.clickHouse = clickHouse;
    this.workload = workload;
    this.connections = connections;
    this.counts = List.copyOf(counts);
    this.yardstick = yardstick;
  }

  /**
   * ClickHouse has the first half of the processors meanwhile, as on a machine of its own.
   *
   * @param serverCommand starts a Luminate server
   * @param folder for logs
   */
  RoundsTable run(Path serverCommand, Path folder) throws IOException, InterruptedException {
    long self = ProcessHandle.current().pid();
    try {
      Processors.confineToFirstHalf(clickHouse.pid());
      Processors.confineToSecondHalf(self);
      // It says how fast ClickHouse's processors are.
      Processors.confineThreadsToFirstHalf(Yardstick.THREAD);
      inADatabase(serverCommand, folder);
    } finally {
      Processors.free(self);
      Processors.free(clickHouse.pid());
    }
    return table;
  }

  private void inADatabase(Path serverCommand, Path folder)
      throws IOException, InterruptedException {
    String database = clickHouse.newDatabase();
    int most = counts.stream().mapToInt(count -> count).max().orElseThrow();
    try (Servers servers =
        Servers.start(serverCommand, clickHouse, database, most, folder, false)) {
      allRounds(servers, database);
    } finally {
      clickHouse.execute("DROP DATABASE " + database + " SYNC");
    }
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  private void allRounds(Servers servers, String database)
      throws IOException, InterruptedException {
    load(servers, servers.addresses().size(), workload.batches(), Double.POSITIVE_INFINITY);
    settle();
    verifyAndEmpty(database);
    for (int round = 0; round < ROUNDS; round++) {
      List<Integer> order = round % 2 == 0 ? counts : counts.reversed();
      List<Piece> pieces = new ArrayList<>();
      for (int count : order) {
        pieces.add(piece(servers, count, database));
      }
      table.add(round % 2 == 0 ? pieces : pieces.reversed());
      verifyAndEmpty(database);
    }
  }

  /**
   * One number of servers, once.
   *
   * @param yardstickMicros what a piece of {@link Yardstick} took meanwhile
   * @param databaseCpu until ClickHouse merged nothing any more
   * @param serverCpu of all servers
   * @param statements of ClickHouse that insert no points
   */
  record Piece(
      int servers,
      LoadResult load,
      double yardstickMicros,
      Duration databaseCpu,
      Duration serverCpu,
      PartFigures parts,
      String statements) {
    double databaseMicrosPerPoint() {
      return databaseCpu.toNanos() / 1e3 / load.points();
    }

    double serverMicrosPerPoint() {
      return serverCpu.toNanos() / 1e3 / load.points();
    }

    /** Of {@link Yardstick}: what a slower machine does takes no more of them. */
    double databasePiecesPerPoint() {
      return databaseMicrosPerPoint() / yardstickMicros;
    }
  }

  private Piece piece(Servers servers, int count, String database)
      throws IOException, InterruptedException {
    servers.runOnly(count);
    Thread.sleep(AFTER_STANDSTILL);
    ProcessUsage usage = new ProcessUsage(clickHouse.pid());
    Instant since = Instant.now();
    Duration before = usage.cpu();
    Duration serversBefore = servers.cpu();
    Yardstick.Mark begun = yardstick.mark();
    LoadResult load =
        load(servers, count, workload.batches() / SHARE_OF_BATCHES, POINTS_PER_SECOND);
    settle();
    return new Piece(
        count,
        load,
        yardstick.microsPerPieceSince(begun),
        usage.cpu().minus(before),
        servers.cpu().minus(serversBefore),
        PartFigures.of(clickHouse, database, ClickHouseBench.POINTS, since),
        StatementFigures.of(clickHouse, database + "." + ClickHouseBench.POINTS, since));
  }

  /** Each load has a day of its own, as days lie in parts of their own. */
  private LoadResult load(Servers servers, int count, int batches, double pointsPerSecond)
      throws IOException, InterruptedException {
    daysEarlier++;
    Loader loader =
        new Loader(
                workload.earlier(Duration.ofDays(daysEarlier)),
                new JsonFormat(workload.size()),
                servers.addresses().subList(0, count))
            .first(batches)
            .at(pointsPerSecond);
    LoadResult load = servers.load(loader, connections);
    pointsSent += load.points();
    return load;
  }

  private void settle() throws InterruptedException {
    if (!Merges.awaitEnd(clickHouse)) {
      notes.add("ClickHouse still merged " + Merges.AWAITED + " later");
    }
  }

  /** So that each round has the same days, as points of more than a week ago are refused. */
  private void verifyAndEmpty(String database) {
    String points = database + "." + ClickHouseBench.POINTS;
    // Rows of no tenant say which inserts are there.
    String stored =
        clickHouse.query("SELECT count() FROM " + points + " WHERE tenant != ''").getFirst();
    clickHouse.execute("TRUNCATE TABLE " + points + " SYNC");
    if (!stored.equals(Long.toString(pointsSent))) {
      table.wrong();
      notes.add("WRONG: %d points were sent, and %s are there".formatted(pointsSent, stored));
    }
    pointsSent = 0;
    daysEarlier = 0;
  }
}
