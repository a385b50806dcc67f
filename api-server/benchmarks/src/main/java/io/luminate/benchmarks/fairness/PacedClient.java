// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.fairness;

import io.luminate.benchmarks.load.HttpConnection;
import io.luminate.benchmarks.load.HttpReply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection that sends the same request at even intervals, for a time. A request that is late
 * because of the one before counts from when it was due: who waits for a slow server waits.
 */
final class PacedClient implements Callable<PacedClient.Seen> {
  private static final Duration REPLY_WITHIN = Duration.ofMinutes(1);

  /** What is sent. */
  record Request(String path, String token, byte[] body) {}

  /**
   * What came back.
   *
   * @param nanos of each request that was granted, from when it was due
   * @param refused with 429
   * @param failed all others
   * @param example of these, empty if there are none
   */
  record Seen(long[] nanos, long refused, long failed, String example) {
    long sent() {
      return nanos.length + refused + failed;
    }

    static Seen together(List<Seen> parts) {
      return new Seen(
          parts.stream().flatMapToLong(part -> Arrays.stream(part.nanos)).sorted().toArray(),
          parts.stream().mapToLong(Seen::refused).sum(),
          parts.stream().mapToLong(Seen::failed).sum(),
          parts.stream().map(Seen::example).filter(text -> !text.isEmpty()).findFirst().orElse(""));
    }

    /** NaN where nothing was granted. */
    double millisAt(double quantile) {
      return nanos.length == 0 ? Double.NaN : nanos[(int) ((nanos.length - 1) * quantile)] / 1e6;
    }
  }

  private final InetSocketAddress server;
  private final Request request;
  private final double perSecond;
  private final Duration length;

  PacedClient(InetSocketAddress server, Request request, double perSecond, Duration length) {
    this.server = server;
    this.request = request;
    this.perSecond = perSecond;
    this.length = length;
  }

  @Override
  public Seen call() throws IOException {
    int count = (int) Math.max(1, length.toNanos() / 1e9 * perSecond);
    long[] granted = new long[count];
    int done = 0;
    long refused = 0;
    long failed = 0;
    String example = "";
    try (HttpConnection connection = new HttpConnection(server, REPLY_WITHIN, request.token())) {
      long startNanos = System.nanoTime();
      for (int i = 0; i < count && System.nanoTime() - startNanos < length.toNanos(); i++) {
        long dueNanos = startNanos + (long) (i * 1e9 / perSecond);
        awaitNanos(dueNanos);
        HttpReply reply =
            connection.post(
                request.path(), "application/json", request.body(), request.body().length);
        switch (reply.status()) {
          case 200 -> granted[done++] = System.nanoTime() - dueNanos;
          case 429 -> refused++;
          default -> {
            failed++;
            example = reply.shown();
          }
        }
      }
    }
    return new Seen(Arrays.copyOf(granted, done), refused, failed, example);
  }

  private static void awaitNanos(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
