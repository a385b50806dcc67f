// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.query;

import io.luminate.benchmarks.load.HttpConnection;
import io.luminate.benchmarks.load.HttpReply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** One question that is asked again and again over a connection of its own, and its times. */
final class Repeated implements AutoCloseable {
  private static final int RUNS_MIN = 9;

  private static final double ASKED_MILLIS_MIN = 5_000;

  /**
   * Of quick queries most is the server's own work, which the JIT compiler gets to after some
   * thousand of them: they are asked longer, so that their median is not that of unwarmed code.
   */
  private static final double QUICK_MILLIS_MAX = 20;

  private static final double QUICK_ASKED_MILLIS_MIN = 10_000;

  private static final int RUNS_MAX = 1_000;

  /** Queries of many seconds are asked once. */
  private static final double SLOW_MILLIS = 3_000;

  private final NamedQuery query;
  private final HttpConnection connection;

  /** The first run, then the others. */
  private final double[] times = new double[1 + RUNS_MAX];

  private int runs;
  private double askedMillis;
  private String failure = "";

  Repeated(InetSocketAddress server, NamedQuery query) throws IOException {
    this.query = query;
    this.connection = new HttpConnection(server, QueryTimer.REPLY_WITHIN);
  }

  /** Once more, unless that was enough; whether to go on. */
  boolean ask() throws IOException {
    if (!isOver()) {
      long startNanos = System.nanoTime();
      HttpReply reply = QueryTimer.ask(connection, query.path(), query.body());
      double millis = (System.nanoTime() - startNanos) / 1e6;
      askedMillis += runs == 0 ? 0 : millis;
      times[runs++] = millis;
      failure = reply.ok() ? "" : reply.shown();
    }
    return !isOver();
  }

  private boolean isOver() {
    boolean quick = askedMillis < runs * QUICK_MILLIS_MAX;
    double wanted = quick ? QUICK_ASKED_MILLIS_MIN : ASKED_MILLIS_MIN;
    boolean enough = runs > RUNS_MAX || (runs > RUNS_MIN && askedMillis >= wanted);
    return enough || !failure.isEmpty() || (runs == 1 && times[0] > SLOW_MILLIS);
  }

  QueryTiming timing() {
    return failure.isEmpty()
        ? new QueryTiming(query.name(), times[0], median(), Math.max(1, runs - 1), "")
        : QueryTiming.failed(query.name(), failure);
  }

  /**
   * Of the later half of all but the first: what the first ones find uncompiled or not in a cache
   * yet, a server that runs for days does not.
   */
  private double median() {
    if (runs == 1) {
      return times[0];
    }
    double[] sorted = Arrays.copyOfRange(times, 1 + (runs - 1) / 2, runs);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
