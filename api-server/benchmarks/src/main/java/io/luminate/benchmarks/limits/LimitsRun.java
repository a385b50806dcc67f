// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.limits;

import io.luminate.benchmarks.load.CustomersWorkload;
import io.luminate.benchmarks.load.HttpReply;
import io.luminate.benchmarks.load.JsonFormat;
import io.luminate.benchmarks.load.Loader;
import io.luminate.benchmarks.process.ScratchFolder;
import io.luminate.benchmarks.query.LuminateQueries;
import io.luminate.benchmarks.query.QueryTimer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * First more new series of one metric than its limit allows, as fast as they go, and then points of
 * those that came in. After that the usual load on a server without a limit and on one whose limit
 * is twice as high as needed, in turns, as a machine is not the same all the time.
 */
public final class LimitsRun {
  /** Of the limit. */
  private static final double OFFERED = 1.2;

  private static final long MINUTE_MILLIS = 60_000;
  private static final Pattern COUNT = Pattern.compile("\"count\":(\\d+)");

  private final Path server;
  private final CustomersWorkload workload;
  private final Path folder;
  private final Plan plan;

  /**
   * What to do.
   *
   * @param seriesMax the limit that is passed
   * @param deciding how many servers share the new series
   * @param turns loads without a limit, and as many with one
   */
  public record Plan(int seriesMax, int deciding, int connections, int turns) {}

  /** Where servers keep their data. */
  public interface Storage {
    /** Settings for servers on an empty store. */
    Map<String, String> fresh(Path folder) throws IOException;

    /** What the last servers have left is not needed any more. */
    void discard() throws IOException;
  }

  /**
   * @param server the command that starts one
   * @param folder for everything that is written, logs too
   */
  public LimitsRun(Path server, CustomersWorkload workload, Path folder, Plan plan) {
    this.server = server;
    this.workload = workload;
    this.folder = folder;
    this.plan = plan;
  }

  public LimitsResult run(Storage storage) throws IOException, InterruptedException {
    LimitsResult.Decision decision =
        with(storage, "decision", plan.seriesMax(), plan.deciding(), this::decide);
    System.err.println(decision);
    long far = 2 * workload.size().series();
    List<Double> free = new ArrayList<>();
    List<Double> limited = new ArrayList<>();
    for (int i = 0; i < 2 * plan.turns(); i++) {
      // Free, limited, limited, free: a machine that gets slower all the time favours neither.
      boolean unlimited = i % 4 == 0 || i % 4 == 3;
      long seriesMax = unlimited ? LimitedServers.NO_LIMIT : far;
      double micros = with(storage, "turn-" + i, seriesMax, 1, this::loadMicros);
      System.err.printf("limit %,d: %.3f µs/point%n", seriesMax, micros);
      (unlimited ? free : limited).add(micros);
    }
    return new LimitsResult(decision, new LimitsResult.Cost(far, free, limited));
  }

  private interface Step<T> {
    T on(LimitedServers servers) throws IOException, InterruptedException;
  }

  private <T> T with(Storage storage, String name, long seriesMax, int count, Step<T> step)
      throws IOException, InterruptedException {
    Path own = Files.createDirectory(folder.resolve(name));
    try (LimitedServers servers =
        LimitedServers.start(server, storage.fresh(own), seriesMax, count, own)) {
      try {
        return step.on(servers);
      } catch (IOException e) {
        throw new IOException(e.getMessage() + "; " + servers.account(), e);
      }
    } finally {
      storage.discard();
      ScratchFolder.remove(own);
    }
  }

  private LimitsResult.Decision decide(LimitedServers servers)
      throws IOException, InterruptedException {
    int offered = (int) (plan.seriesMax() * OFFERED);
    long nowMillis = System.currentTimeMillis();
    SeriesFlood flood = new SeriesFlood(servers.addresses(), plan.connections());
    BitSet admitted = new BitSet(offered);
    admitted.set(0, offered);
    long startNanos = System.nanoTime();
    admitted.andNot(flood.send(admitted, nowMillis - MINUTE_MILLIS));
    long admittedNanos = System.nanoTime();
    BitSet again = flood.send(admitted, nowMillis);
    double againSeconds = (System.nanoTime() - admittedNanos) / 1e9;
    return new LimitsResult.Decision(
        servers.addresses().size(),
        plan.seriesMax(),
        offered,
        admitted.cardinality(),
        again.cardinality(),
        offered / ((admittedNanos - startNanos) / 1e9),
        admitted.cardinality() / againSeconds,
        stored(servers.addresses().getFirst()));
  }

  private static String stored(InetSocketAddress server) throws IOException {
    String query =
        "{\"queryType\":\"aggregate\",\"metricName\":\"%s\",\"aggregation\":\"count\",\"timeout\":\"30s\","
            + "\"timeRange\":{\"relative\":\"1h\"}}";
    HttpReply reply =
        new QueryTimer(server).ask(LuminateQueries.path(), query.formatted(SeriesFlood.METRIC));
    Matcher count = COUNT.matcher(reply.body());
    return count.find() ? count.group(1) : reply.shown();
  }

  private double loadMicros(LimitedServers servers) throws IOException, InterruptedException {
    new Loader(workload, new JsonFormat(workload.size()), servers.addresses())
        .run(plan.connections());
    return servers.settledCpu().toNanos() / 1e3 / workload.size().points();
  }
}
