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
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * One connection that sends a request again and again by a schedule. One that is late because of
 * the one before counts from when it was due: who waits for a slow server waits. So that nobody
 * waits for the client instead, there have to be more connections where answers take longer.
 */
final class PacedClient implements Callable<PacedClient.Seen> {
  private static final Duration REPLY_WITHIN = Duration.ofMinutes(1);

  /**
   * What is sent.
   *
   * @param numbers where each request differs from the others; empty if all are the same
   */
  record Request(String path, String token, byte[] body, Optional<Numbers> numbers) {
    /** The next request's body, in an array that is used again and again. */
    void number(byte[] copy) {
      numbers.ifPresent(own -> own.put(copy));
    }
  }

  /**
   * A place in a body where each request has a number of its own: nothing else of it is made anew.
   *
   * @param at of the first of its digits
   * @param next shared by the connections of one tenant
   */
  record Numbers(int at, AtomicLong next) {
    /** What stands there in the body that is given. */
    static final String DIGITS = "0000000000";

    private void put(byte[] body) {
      long rest = next.getAndIncrement();
      for (int digit = DIGITS.length() - 1; digit >= 0; digit--) {
        body[at + digit] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
    }
  }

  /**
   * When requests are due, by {@link System#nanoTime}, and when whoever sends them gives up.
   *
   * <p>They come by chance, as those of people who do not know of each other: the time from one to
   * the next is exponential. At even intervals those of two paces, one of which divides the other,
   * meet always or never.
   */
  record Schedule(long[] dueNanos, long overNanos) {
    /** The same for the same seed. */
    static Schedule random(long firstNanos, double perSecond, Duration length, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      LongStream.Builder due = LongStream.builder();
      double nanos = random.nextExponential() / perSecond * 1e9;
      while (nanos < length.toNanos()) {
        due.add(firstNanos + (long) nanos);
        nanos += random.nextExponential() / perSecond * 1e9;
      }
      return new Schedule(due.build().toArray(), firstNanos + length.toNanos());
    }

    /** For each of several connections, which take turns. */
    List<Schedule> sharedBy(int connections) {
      return IntStream.range(0, connections)
          .mapToObj(first -> new Schedule(everyOf(connections, first), overNanos))
          .toList();
    }

    private long[] everyOf(int connections, int first) {
      return IntStream.range(0, dueNanos.length)
          .filter(i -> i % connections == first)
          .mapToLong(i -> dueNanos[i])
          .toArray();
    }

    boolean isOver(long nowNanos) {
      return nowNanos - overNanos >= 0;
    }
  }

  /**
   * What came back.
   *
   * @param nanos of each request that was granted, from when it was due
   * @param partial of these writes, some points of which were rejected
   * @param refused with 429
   * @param failed all others
   * @param late due before the connection's request before them was answered
   * @param example of those that failed, empty if there are none
   */
  record Seen(long[] nanos, long partial, long refused, long failed, long late, String example) {
    long sent() {
      return nanos.length + refused + failed;
    }

    static Seen together(List<Seen> parts) {
      return new Seen(
          parts.stream().flatMapToLong(part -> Arrays.stream(part.nanos)).sorted().toArray(),
          parts.stream().mapToLong(Seen::partial).sum(),
          parts.stream().mapToLong(Seen::refused).sum(),
          parts.stream().mapToLong(Seen::failed).sum(),
          parts.stream().mapToLong(Seen::late).sum(),
          parts.stream().map(Seen::example).filter(text -> !text.isEmpty()).findFirst().orElse(""));
    }

    /** NaN where nothing was granted. */
    double millisAt(double quantile) {
      return nanos.length == 0 ? Double.NaN : nanos[(int) ((nanos.length - 1) * quantile)] / 1e6;
    }
  }

  private final InetSocketAddress server;
  private final Request request;
  private final Schedule schedule;

  PacedClient(InetSocketAddress server, Request request, Schedule schedule) {
    this.server = server;
    this.request = request;
    this.schedule = schedule;
  }

  @Override
  public Seen call() throws IOException {
    int count = schedule.dueNanos().length;
    long[] granted = new long[count];
    int done = 0;
    long partial = 0;
    long refused = 0;
    long failed = 0;
    long late = 0;
    String example = "";
    byte[] body = request.body().clone();
    try (HttpConnection connection = new HttpConnection(server, REPLY_WITHIN, request.token())) {
      for (int i = 0; i < count && !schedule.isOver(System.nanoTime()); i++) {
        long dueNanos = schedule.dueNanos()[i];
        late += System.nanoTime() - dueNanos > 0 ? 1 : 0;
        request.number(body);
        awaitNanos(dueNanos);
        HttpReply reply = connection.post(request.path(), "application/json", body, body.length);
        switch (reply.status()) {
          case 200 -> granted[done++] = System.nanoTime() - dueNanos;
          case 207 -> {
            granted[done++] = System.nanoTime() - dueNanos;
            partial++;
          }
          case 429 -> refused++;
          default -> {
            failed++;
            example = reply.shown();
          }
        }
      }
    }
    return new Seen(Arrays.copyOf(granted, done), partial, refused, failed, late, example);
  }

  private static void awaitNanos(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
