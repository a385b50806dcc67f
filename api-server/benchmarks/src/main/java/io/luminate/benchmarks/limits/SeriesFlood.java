// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.limits;

import io.luminate.benchmarks.load.BodyBuffer;
import io.luminate.benchmarks.load.HttpConnection;
import io.luminate.benchmarks.load.HttpReply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends a point of each of very many series of one metric, as fast as it goes, and notes which of
 * them are refused. Connections take turns in choosing a server.
 */
final class SeriesFlood {
  static final String METRIC = "flood";

  private static final int BATCH_POINTS = 10_000;
  private static final int SERIES_PER_CUSTOMER = 10;
  private static final Duration REPLY_WITHIN = Duration.ofMinutes(2);
  private static final long BACK_OFF_MILLIS = 1_000;
  private static final Pattern REFUSED = Pattern.compile("\"index\":(\\d+)");
  private static final Pattern OMITTED =
      Pattern.compile("\"errors_omitted\":\\{\"CARDINALITY_EXCEEDED\":\\[([0-9,\\[\\]]+)]}");
  private static final Pattern RANGE = Pattern.compile("\\[(\\d+),(\\d+)]");
  private static final byte[] OPEN = ascii("{\"metrics\":[");
  private static final byte[] START = ascii("{\"name\":\"" + METRIC + "\",\"timestamp\":");
  private static final byte[] CUSTOMER =
      ascii(",\"value\":1,\"dimensions\":{\"customer_id\":\"cust_");
  private static final byte[] ENDPOINT = ascii("\",\"endpoint\":\"/v1/e");
  private static final byte[] END = ascii("\"}}");
  private static final byte[] CLOSE = ascii("]}");

  private final List<InetSocketAddress> servers;
  private final int connections;

  SeriesFlood(List<InetSocketAddress> servers, int connections) {
    this.servers = List.copyOf(servers);
    this.connections = connections;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Answers with the series of which the point was refused because of the limit. */
  BitSet send(BitSet series, long timestampMillis) throws IOException, InterruptedException {
    int[] numbers = series.stream().toArray();
    AtomicInteger next = new AtomicInteger();
    List<Callable<BitSet>> senders = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      InetSocketAddress server = servers.get(i % servers.size());
      senders.add(() -> send(server, numbers, next, timestampMillis));
    }
    BitSet refused = new BitSet();
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      for (Future<BitSet> sender : threads.invokeAll(senders)) {
        refused.or(sender.get());
      }
    } catch (ExecutionException e) {
      throw new IOException("flood failed: " + e.getCause(), e);
    }
    return refused;
  }

  private static BitSet send(
      InetSocketAddress server, int[] numbers, AtomicInteger next, long timestampMillis)
      throws IOException, InterruptedException {
    BitSet refused = new BitSet();
    BodyBuffer body = new BodyBuffer();
    try (HttpConnection connection = new HttpConnection(server, REPLY_WITHIN)) {
      for (int from = next.getAndAdd(BATCH_POINTS);
          from < numbers.length;
          from = next.getAndAdd(BATCH_POINTS)) {
        int[] batch =
            Arrays.copyOfRange(numbers, from, Math.min(numbers.length, from + BATCH_POINTS));
        render(batch, timestampMillis, body);
        note(post(connection, body), batch, refused);
      }
    }
    return refused;
  }

  private static void render(int[] batch, long timestampMillis, BodyBuffer body) {
    body.clear();
    body.append(OPEN);
    for (int i = 0; i < batch.length; i++) {
      if (i > 0) {
        body.append(',');
      }
      body.append(START);
      body.append(timestampMillis);
      body.append(CUSTOMER);
      body.append((long) batch[i] / SERIES_PER_CUSTOMER);
      body.append(ENDPOINT);
      body.append((long) batch[i] % SERIES_PER_CUSTOMER);
      body.append(END);
    }
    body.append(CLOSE);
  }

  private static HttpReply post(HttpConnection connection, BodyBuffer body)
      throws IOException, InterruptedException {
    while (true) {
      HttpReply reply =
          connection.post("/api/v1/write", "application/json", body.array(), body.length());
      switch (reply.status()) {
        case 200, 207, 400 -> {
          return reply;
        }
        case 429, 503 -> Thread.sleep(BACK_OFF_MILLIS);
        default -> throw new IOException("write: " + reply.shown());
      }
    }
  }

  /** Of a reply whose every error is about the limit; another one is no measurement. */
  static void note(HttpReply reply, int[] batch, BitSet refused) throws IOException {
    Matcher errors = REFUSED.matcher(reply.body());
    int count = 0;
    while (errors.find()) {
      refused.set(batch[Integer.parseInt(errors.group(1))]);
      count++;
    }
    int ofTheLimit = reply.body().split("\"code\":\"CARDINALITY_EXCEEDED\"", -1).length - 1;
    // An error says its first rejection's code once more.
    int expected = reply.status() == 400 ? count + 1 : count;
    if (ofTheLimit != expected || count == 0 != (reply.status() == 200)) {
      throw new IOException("write: " + reply.shown());
    }
    if (reply.body().contains("\"errors_omitted\"")) {
      noteOmitted(reply, batch, refused);
    }
  }

  private static void noteOmitted(HttpReply reply, int[] batch, BitSet refused) throws IOException {
    Matcher omitted = OMITTED.matcher(reply.body());
    if (!omitted.find()) {
      throw new IOException("write: " + reply.shown());
    }
    Matcher ranges = RANGE.matcher(omitted.group(1));
    while (ranges.find()) {
      int last = Integer.parseInt(ranges.group(2));
      for (int index = Integer.parseInt(ranges.group(1)); index <= last; index++) {
        refused.set(batch[index]);
      }
    }
  }
}
