// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.fairness;

import io.luminate.benchmarks.limits.LimitsRun;
import io.luminate.benchmarks.load.BodyBuffer;
import io.luminate.benchmarks.load.CustomersWorkload;
import io.luminate.benchmarks.load.HttpConnection;
import io.luminate.benchmarks.load.HttpReply;
import io.luminate.benchmarks.load.JsonFormat;
import io.luminate.benchmarks.process.ChildProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Two tenants with tokens and limits of their own, on one server, each with the workload. One has a
 * plan that is large enough, and writes and queries by chance, so many times a second; the other
 * sends twenty times what its limits allow of writes, points and queries, asks the same about its
 * own data, and brings a new series with each write until its limit of series is reached as well:
 * in the first measured turn they are let in, in the second refused. The first is timed alone and
 * beside the other, in turns, as a machine is not the same all the time.
 */
public final class FairnessRun {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final int TURNS = 2;
  private static final int WARM_UP_TURNS = 4;

  /**
   * The other begins so much earlier: who sends too much all the time has no full bucket to begin
   * with, which is as much as it may send in a second, at once.
   */
  private static final Duration HEAD_START = Duration.ofSeconds(2);

  /** What the other may send more in a turn for that full bucket, in seconds of its limits. */
  private static final int BURSTS = 1;

  private static final int TIMES_OVER = 20;

  /** So that the writes over the limit have twenty times the points as well. */
  private static final int POINTS_PER_WRITE = 100;

  /** Until all connections are there. */
  private static final long CONNECT_NANOS = Duration.ofMillis(500).toNanos();

  private static final String LIMITS =
      """
      tenants:
        within:
          rateLimits:
            writeRequestsPerSecond: 1000000000
            metricsPerSecond: 1000000000
            queryRequestsPerSecond: 1000000000
        over:
          rateLimits:
            writeRequestsPerSecond: %d
            metricsPerSecond: %d
            queryRequestsPerSecond: %d
          cardinalityLimits:
            maxUniqueSeriesPerMetric: %d
      """;

  /** As good as no limit: for who is within its limits, and for loading. */
  private static final int AMPLE = 1_000_000_000;

  private static final Duration LIMITED_WITHIN = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 100;

  private static final String LIMITS_FILE = "limits.yaml";

  private final Path server;
  private final CustomersWorkload workload;
  private final Path folder;
  private final Pace pace;
  private final String secret;

  /** Of series that the other tenant brings. */
  private final AtomicLong newSeries = new AtomicLong();

  /**
   * How requests are sent. A connection waits for each reply: there have to be enough of them for
   * the pace.
   *
   * @param turn how long each of two measurements alone and two beside the other take; the warm-up
   *     takes four times as long
   * @param within of the tenant within its limits
   * @param over of the other
   * @param rates what is granted to both has to leave the machine idle at times, or this measures
   *     how slow it is
   * @param filter of all queries, as JSON with a comma before it, or empty
   */
  public record Pace(
      Duration turn, Connections within, Connections over, Rates rates, String filter) {}

  /**
   * In a second.
   *
   * @param writes sent by the tenant within its limits
   * @param queries sent by it
   * @param writesLimit of the other, which sends twenty times as many
   * @param queriesLimit of the other, likewise
   */
  public record Rates(int writes, int queries, int writesLimit, int queriesLimit) {}

  /** For writes and for queries. */
  public record Connections(int writes, int queries) {}

  /**
   * @param secret that tokens are signed with, at least 32 bytes
   */
  public FairnessRun(
      Path server, CustomersWorkload workload, Path folder, Pace pace, String secret) {
    this.server = server;
    this.workload = workload;
    this.folder = folder;
    this.pace = pace;
    this.secret = secret;
  }

  public FairnessResult run(LimitsRun.Storage storage) throws IOException, InterruptedException {
    InetSocketAddress api = ChildProcess.freeAddress();
    InetSocketAddress management = ChildProcess.freeAddress();
    try (ChildProcess child =
        ChildProcess.start(
            List.of(server.toString()),
            environment(storage.fresh(folder), api, management),
            folder.resolve("server.log"))) {
      child.awaitReady(
          URI.create(
              "http://" + management.getHostString() + ":" + management.getPort() + "/ready"),
          READY_WITHIN);
      String within = HmacToken.of(secret, "within", Instant.now());
      String over = HmacToken.of(secret, "over", Instant.now());
      load(api, within);
      load(api, over);
      limit(api, over);
      return measure(api, within, over);
    }
  }

  private Map<String, String> environment(
      Map<String, String> storage, InetSocketAddress api, InetSocketAddress management)
      throws IOException {
    Path limits =
        Files.writeString(
            folder.resolve(LIMITS_FILE), LIMITS.formatted(AMPLE, AMPLE, AMPLE, AMPLE));
    Map<String, String> environment = new HashMap<>(storage);
    environment.put("LUMINATE_SERVER_HOST", api.getHostString());
    environment.put("LUMINATE_SERVER_PORT", Integer.toString(api.getPort()));
    environment.put("LUMINATE_MANAGEMENT_HOST", management.getHostString());
    environment.put("LUMINATE_MANAGEMENT_PORT", Integer.toString(management.getPort()));
    environment.put("LUMINATE_AUTH_JWT_SECRET", secret);
    environment.put("LUMINATE_LIMITS_FILE", limits.toString());
    return environment;
  }

  private void load(InetSocketAddress api, String token) throws IOException {
    JsonFormat format = new JsonFormat(workload.size());
    BodyBuffer body = new BodyBuffer();
    try (HttpConnection connection = new HttpConnection(api, READY_WITHIN, token)) {
      for (int i = 0; i < workload.batches(); i++) {
        workload.render(i, format, body);
        HttpReply reply =
            connection.post(format.path(), format.contentType(), body.array(), body.length());
        if (!reply.ok()) {
          throw new IOException("write: " + reply.shown());
        }
      }
    }
  }

  /** Waits until the server has seen that the tenant may do less from now on. */
  private void limit(InetSocketAddress api, String token) throws IOException, InterruptedException {
    int writes = pace.rates().writesLimit();
    String tight =
        LIMITS.formatted(
            writes, writes * POINTS_PER_WRITE, pace.rates().queriesLimit(), seriesLimit());
    Path written = Files.writeString(folder.resolve(LIMITS_FILE + ".new"), tight);
    Files.move(written, folder.resolve(LIMITS_FILE), StandardCopyOption.ATOMIC_MOVE);
    String inForce = "\"maxUniqueSeriesPerMetric\":{\"limit\":" + seriesLimit() + ",";
    long giveUpNanos = System.nanoTime() + LIMITED_WITHIN.toNanos();
    try (HttpConnection connection = new HttpConnection(api, READY_WITHIN, token)) {
      HttpReply usage = connection.get("/api/v1/usage");
      while (!usage.body().contains(inForce)) {
        if (System.nanoTime() - giveUpNanos > 0) {
          throw new IOException("not limited within " + LIMITED_WITHIN + ": " + usage.shown());
        }
        Thread.sleep(POLL_MILLIS);
        usage = connection.get("/api/v1/usage");
      }
    }
  }

  /** So many series come in until the first turn is over, and its bursts. */
  private int seriesLimit() {
    double seconds = pace.turn().plus(HEAD_START).toNanos() / 1e9 + BURSTS;
    return POINTS_PER_WRITE + (int) (pace.rates().writesLimit() * seconds);
  }

  private FairnessResult measure(InetSocketAddress api, String within, String over)
      throws IOException, InterruptedException {
    List<Turn> quiet = new ArrayList<>();
    List<Turn> loaded = new ArrayList<>();
    // Until the server's code is compiled, as it is for all but the first minutes of its life. With
    // both processors busy the compiler takes that long, and the rest of it would be in the
    // figures. Limits of series are reached in that time too, of other metrics.
    for (int i = 0; i < WARM_UP_TURNS; i++) {
      turn(api, within, over, TURNS + i, true);
    }
    for (int i = 0; i < TURNS; i++) {
      quiet.add(turn(api, within, over, i, false));
      loaded.add(turn(api, within, over, i, true));
    }
    double seconds = TURNS * pace.turn().plus(HEAD_START).toNanos() / 1e9;
    PacedClient.Seen writes = together(loaded, Part.WRITES_OVER);
    PacedClient.Seen queries = together(loaded, Part.QUERIES_OVER);
    return new FairnessResult(
        new FairnessResult.Side(together(quiet, Part.WRITES), together(quiet, Part.QUERIES)),
        new FairnessResult.Side(together(loaded, Part.WRITES), together(loaded, Part.QUERIES)),
        new FairnessResult.Other(
            writes, queries, writes.sent() / seconds, queries.sent() / seconds));
  }

  /** Of the tenant within its limits, and of the other. */
  private enum Part {
    WRITES,
    QUERIES,
    WRITES_OVER,
    QUERIES_OVER
  }

  /**
   * @param seen in the order of the parts
   */
  private record Turn(List<PacedClient.Seen> seen) {}

  private static PacedClient.Seen together(List<Turn> turns, Part part) {
    return PacedClient.Seen.together(
        turns.stream().map(one -> one.seen.get(part.ordinal())).toList());
  }

  /**
   * @param number turns of one number have their requests at the same moments, alone and beside the
   *     other
   */
  private Turn turn(InetSocketAddress api, String within, String over, int number, boolean beside)
      throws IOException, InterruptedException {
    Connections own = pace.within();
    Rates rates = pace.rates();
    Duration withHeadStart = pace.turn().plus(HEAD_START);
    // Two turns of one metric: its new series are let in, then refused.
    String metric = "bench_" + number / TURNS;
    Connections other = beside ? pace.over() : new Connections(0, 0);
    long overNanos = System.nanoTime() + CONNECT_NANOS;
    long firstNanos = overNanos + HEAD_START.toNanos();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<List<Future<PacedClient.Seen>>> parts =
          List.of(
              start(
                  threads,
                  api,
                  write(within, metric, ""),
                  schedule(firstNanos, pace.turn(), number, Part.WRITES, rates.writes()),
                  own.writes()),
              start(
                  threads,
                  api,
                  query(within, pace.filter()),
                  schedule(firstNanos, pace.turn(), number, Part.QUERIES, rates.queries()),
                  own.queries()),
              start(
                  threads,
                  api,
                  write(over, metric, PacedClient.Numbers.DIGITS),
                  schedule(
                      overNanos,
                      withHeadStart,
                      number,
                      Part.WRITES_OVER,
                      TIMES_OVER * rates.writesLimit()),
                  other.writes()),
              start(
                  threads,
                  api,
                  query(over, pace.filter()),
                  schedule(
                      overNanos,
                      withHeadStart,
                      number,
                      Part.QUERIES_OVER,
                      TIMES_OVER * rates.queriesLimit()),
                  other.queries()));
      List<PacedClient.Seen> seen = new ArrayList<>();
      for (List<Future<PacedClient.Seen>> part : parts) {
        List<PacedClient.Seen> each = new ArrayList<>();
        for (Future<PacedClient.Seen> client : part) {
          each.add(client.get());
        }
        seen.add(PacedClient.Seen.together(each));
      }
      return new Turn(seen);
    } catch (ExecutionException e) {
      throw new IOException("a client failed: " + e.getCause(), e);
    }
  }

  private static PacedClient.Schedule schedule(
      long firstNanos, Duration length, int turn, Part part, double perSecond) {
    long seed = (long) turn * Part.values().length + part.ordinal();
    return PacedClient.Schedule.random(firstNanos, perSecond, length, seed);
  }

  private static List<Future<PacedClient.Seen>> start(
      ExecutorService threads,
      InetSocketAddress api,
      PacedClient.Request request,
      PacedClient.Schedule together,
      int connections) {
    List<Future<PacedClient.Seen>> clients = new ArrayList<>();
    for (PacedClient.Schedule own : together.sharedBy(connections)) {
      clients.add(threads.submit(new PacedClient(api, request, own)));
    }
    return clients;
  }

  /**
   * @param number behind the name of the last point's customer: digits, for one that is new in each
   *     request, or nothing
   */
  private PacedClient.Request write(String token, String metric, String number) {
    long now = System.currentTimeMillis();
    String points =
        IntStream.range(0, POINTS_PER_WRITE)
            .mapToObj(i -> i + (i == POINTS_PER_WRITE - 1 ? number : ""))
            .map(
                customer ->
                    "{\"name\":\"%s\",\"timestamp\":%d,\"value\":1,\"dimensions\":{\"customer_id\":\"cust_%s\"}}"
                        .formatted(metric, now, customer))
            .collect(Collectors.joining(",", "{\"metrics\":[", "]}"));
    Optional<PacedClient.Numbers> numbers =
        Optional.of(number)
            .filter(digits -> !digits.isEmpty())
            .map(digits -> new PacedClient.Numbers(points.lastIndexOf(digits), newSeries));
    return request("/api/v1/write", token, points, numbers);
  }

  private static PacedClient.Request query(String token, String filter) {
    return request(
        "/api/v1/query",
        token,
        "{\"queryType\":\"aggregate\",\"metricName\":\"api_latency\",\"timeRange\":{\"relative\":\"24h\"},"
            + "\"aggregation\":\"avg\",\"groupBy\":[\"customer_id\"],\"limit\":10"
            + filter
            + "}",
        Optional.empty());
  }

  private static PacedClient.Request request(
      String path, String token, String body, Optional<PacedClient.Numbers> numbers) {
    return new PacedClient.Request(path, token, body.getBytes(StandardCharsets.UTF_8), numbers);
  }
}
