// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.query;

import io.luminate.benchmarks.load.HttpConnection;
import io.luminate.benchmarks.load.HttpReply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Asks one query after the other over one connection and takes the time up to the last byte. */
public final class QueryTimer {
  static final Duration REPLY_WITHIN = Duration.ofMinutes(6);

  private final InetSocketAddress server;

  public QueryTimer(InetSocketAddress server) {
    this.server = server;
  }

  /**
   * A server and what to ask it.
   *
   * @param queries the same as the other one's, in the same order
   */
  public record Asked(InetSocketAddress server, List<NamedQuery> queries) {
    public Asked {
      queries = List.copyOf(queries);
    }
  }

  /**
   * Asks several servers each question by turns, so that what else a machine does meets all of
   * them.
   *
   * @return of each server, in the order of its queries
   */
  public static List<List<QueryTiming>> byTurns(List<Asked> all) throws IOException {
    List<List<QueryTiming>> timings = new ArrayList<>();
    for (int query = 0; query < all.getFirst().queries().size(); query++) {
      List<Repeated> repeated = new ArrayList<>();
      for (Asked asked : all) {
        repeated.add(new Repeated(asked.server(), asked.queries().get(query)));
      }
      askAll(repeated);
      timings.add(repeated.stream().map(Repeated::timing).toList());
    }
    return IntStream.range(0, all.size())
        .mapToObj(server -> timings.stream().map(query -> query.get(server)).toList())
        .toList();
  }

  private static void askAll(List<Repeated> repeated) throws IOException {
    boolean more = true;
    while (more) {
      more = false;
      for (Repeated one : repeated) {
        more |= one.ask();
      }
    }
    for (Repeated one : repeated) {
      one.close();
    }
  }

  public List<QueryTiming> time(List<NamedQuery> queries) throws IOException {
    return byTurns(List.of(new Asked(server, queries))).getFirst();
  }

  /**
   * Asks without taking the time: what a JVM has not compiled yet, a server in use has long
   * compiled.
   *
   * @param connections that ask at the same time
   */
  public void warmUp(List<NamedQuery> queries, int connections, Duration duration)
      throws InterruptedException {
    long untilNanos = System.nanoTime() + duration.toNanos();
    List<Thread> clients =
        IntStream.range(0, connections)
            .mapToObj(i -> Thread.ofVirtual().start(() -> askUntil(untilNanos, queries)))
            .toList();
    for (Thread client : clients) {
      client.join();
    }
  }

  private void askUntil(long untilNanos, List<NamedQuery> queries) {
    try (HttpConnection connection = new HttpConnection(server, REPLY_WITHIN)) {
      while (System.nanoTime() < untilNanos) {
        for (NamedQuery query : queries) {
          ask(connection, query.path(), query.body());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The whole reply to one request on a connection of its own. */
  public HttpReply ask(String path, String body) throws IOException {
    try (HttpConnection connection = new HttpConnection(server, REPLY_WITHIN)) {
      return ask(connection, path, body);
    }
  }

  static HttpReply ask(HttpConnection connection, String path, String body) throws IOException {
    if (body.isEmpty()) {
      return connection.get(path);
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return connection.post(path, "application/json", bytes, bytes.length);
  }
}
