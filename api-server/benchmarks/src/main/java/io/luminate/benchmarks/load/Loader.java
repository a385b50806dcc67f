// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends a whole workload over several connections; each sends the next batch nobody has sent. */
public final class Loader {
  /** Longer than any stall that a measurement would survive. */
  private static final Duration REPLY_WITHIN = Duration.ofMinutes(2);

  private static final int STATUS_TOO_MANY = 429;
  private static final int STATUS_UNAVAILABLE = 503;

  /** After a refusal for lack of room, as its Retry-After asks. */
  private static final long BACK_OFF_MILLIS = 1_000;

  private final CustomersWorkload workload;
  private final PointFormat format;
  private final List<InetSocketAddress> servers;
  private final AtomicInteger next = new AtomicInteger();
  private int batches;
  private long[] requestNanos = {};

  /** No batch is sent before its time; 0 for as fast as it goes. */
  private double nanosPerPoint;

  private long startNanos;

  public Loader(CustomersWorkload workload, PointFormat format, InetSocketAddress server) {
    this(workload, format, List.of(server));
  }

  /** Connections take turns in choosing a server. */
  public Loader(CustomersWorkload workload, PointFormat format, List<InetSocketAddress> servers) {
    this.workload = workload;
    this.format = format;
    this.servers = List.copyOf(servers);
    this.batches = workload.batches();
  }

  /** Sends no more than this, on the whole. */
  public Loader at(double pointsPerSecond) {
    nanosPerPoint = 1e9 / pointsPerSecond;
    return this;
  }

  /** Sends no more than so many, from the first one on. */
  public Loader first(int batchesMax) {
    batches = Math.min(batchesMax, workload.batches());
    return this;
  }

  /** Throws at the first batch that was not stored whole. */
  public LoadResult run(int connections) throws IOException, InterruptedException {
    requestNanos = new long[batches];
    List<Callable<Sent>> senders = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      InetSocketAddress server = servers.get(i % servers.size());
      senders.add(() -> send(server));
    }
    startNanos = System.nanoTime();
    Sent sum = new Sent(0, 0);
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      for (Future<Sent> sender : threads.invokeAll(senders)) {
        sum = sum.plus(sender.get());
      }
    } catch (ExecutionException e) {
      throw new IOException("load failed: " + e.getCause(), e);
    }
    Duration wall = Duration.ofNanos(System.nanoTime() - startNanos);
    Arrays.sort(requestNanos);
    return new LoadResult(sum.points(), sum.bytes(), wall, millisAt(0.5), millisAt(0.99));
  }

  private double millisAt(double quantile) {
    return requestNanos[(int) ((requestNanos.length - 1) * quantile)] / 1e6;
  }

  private Sent send(InetSocketAddress server) throws IOException, InterruptedException {
    BodyBuffer body = new BodyBuffer();
    Sent sum = new Sent(0, 0);
    try (HttpConnection connection = new HttpConnection(server, REPLY_WITHIN)) {
      for (int i = next.getAndIncrement(); i < batches; i = next.getAndIncrement()) {
        int points = workload.render(i, format, body);
        waitFor((long) (nanosPerPoint * points * i));
        long sentNanos = System.nanoTime();
        post(connection, body);
        requestNanos[i] = System.nanoTime() - sentNanos;
        sum = sum.plus(new Sent(points, body.length()));
      }
    } finally {
      // After a failure the other connections need not go on.
      next.set(batches);
    }
    return sum;
  }

  private void waitFor(long nanosFromStart) throws InterruptedException {
    long left = nanosFromStart - (System.nanoTime() - startNanos);
    if (left > 0) {
      Thread.sleep(Duration.ofNanos(left));
    }
  }

  private void post(HttpConnection connection, BodyBuffer body)
      throws IOException, InterruptedException {
    while (true) {
      HttpReply reply =
          connection.post(format.path(), format.contentType(), body.array(), body.length());
      if (reply.ok()) {
        return;
      }
      if (reply.status() != STATUS_TOO_MANY && reply.status() != STATUS_UNAVAILABLE) {
        throw new IOException("write: " + reply.shown());
      }
      Thread.sleep(BACK_OFF_MILLIS);
    }
  }

  private record Sent(long points, long bytes) {
    Sent plus(Sent other) {
      return new Sent(points + other.points, bytes + other.bytes);
    }
  }
}
