// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.query;

import io.luminate.benchmarks.load.HttpConnection;
import io.luminate.benchmarks.load.HttpReply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asks one query after the other over one connection and takes the time up to the last byte. */
public final class QueryTimer {
  private static final int RUNS_MIN = 9;

  /** Quick queries are asked for this long, so that their median is not that of unwarmed code. */
  private static final double ASKED_MILLIS_MIN = 5_000;

  private static final int RUNS_MAX = 500;

  /** Queries of many seconds are asked once. */
  private static final double SLOW_MILLIS = 3_000;

  private static final Duration REPLY_WITHIN = Duration.ofMinutes(6);

  private final InetSocketAddress server;

  public QueryTimer(InetSocketAddress server) {
    this.server = server;
  }

  public List<QueryTiming> time(List<NamedQuery> queries) throws IOException {
    List<QueryTiming> timings = new ArrayList<>();
    for (NamedQuery query : queries) {
      timings.add(time(query));
    }
    return List.copyOf(timings);
  }

  private QueryTiming time(NamedQuery query) throws IOException {
    try (HttpConnection connection = new HttpConnection(server, REPLY_WITHIN)) {
      double coldMillis = millis(connection, query);
      if (coldMillis > SLOW_MILLIS) {
        return new QueryTiming(query.name(), coldMillis, coldMillis, 1, "");
      }
      double[] times = repeat(connection, query);
      return new QueryTiming(query.name(), coldMillis, times[times.length / 2], times.length, "");
    } catch (QueryFailedException e) {
      return QueryTiming.failed(query.name(), e.getMessage());
    }
  }

  /**
   * Ascending, those of the later half: what the first ones find uncompiled or not in a cache yet,
   * a server that runs for days does not.
   */
  private static double[] repeat(HttpConnection connection, NamedQuery query)
      throws IOException, QueryFailedException {
    double[] times = new double[RUNS_MAX];
    double askedMillis = 0;
    int runs = 0;
    while (runs < RUNS_MIN || runs < RUNS_MAX && askedMillis < ASKED_MILLIS_MIN) {
      times[runs] = millis(connection, query);
      askedMillis += times[runs++];
    }
    double[] sorted = Arrays.copyOfRange(times, runs / 2, runs);
    Arrays.sort(sorted);
    return sorted;
  }

  private static double millis(HttpConnection connection, NamedQuery query)
      throws IOException, QueryFailedException {
    long startNanos = System.nanoTime();
    HttpReply reply = ask(connection, query.path(), query.body());
    if (!reply.ok()) {
      throw new QueryFailedException(reply.shown());
    }
    return (System.nanoTime() - startNanos) / 1e6;
  }

  /** The whole reply to one request on a connection of its own. */
  public HttpReply ask(String path, String body) throws IOException {
    try (HttpConnection connection = new HttpConnection(server, REPLY_WITHIN)) {
      return ask(connection, path, body);
    }
  }

  private static HttpReply ask(HttpConnection connection, String path, String body)
      throws IOException {
    if (body.isEmpty()) {
      return connection.get(path);
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return connection.post(path, "application/json", bytes, bytes.length);
  }

  private static final class QueryFailedException extends Exception {
    private static final long serialVersionUID = 1;

    QueryFailedException(String reply) {
      super(reply);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
