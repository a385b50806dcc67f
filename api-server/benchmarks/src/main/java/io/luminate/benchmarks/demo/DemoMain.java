// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;

/** Writes a batch every second until it is stopped or the server is gone. */
public final class DemoMain {
  private static final Duration REPLY_WITHIN = Duration.ofSeconds(30);

  /** The server starts beside this; a large data folder takes a while. */
  private static final int ATTEMPTS_MAX = 120;

  private static final long SECOND_MILLIS = 1_000;
  private static final int SECONDS_PER_REPORT = 60;
  private static final int STATUS_TOO_MANY = 429;
  private static final int STATUS_UNAVAILABLE = 503;

  private final DemoOptions options;
  private final DemoWorkload workload;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(REPLY_WITHIN).build();
  private long points;
  private String incident = "";

  private DemoMain(DemoOptions options) {
    this.options = options;
    this.workload = new DemoWorkload(options.seed());
  }

  public static void main(String[] arguments) throws InterruptedException {
    try {
      new DemoMain(DemoOptions.parse(arguments)).run();
    } catch (IllegalArgumentException e) {
      System.err.println("demo: " + e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println("demo: gave up: " + e.getMessage());
      System.exit(1);
    }
  }

  private void run() throws IOException, InterruptedException {
    awaitServer();
    boolean first = true;
    for (int second = 0; ; second++) {
      long nowMillis = System.currentTimeMillis();
      int batchPoints = (int) (options.pointsPerSecond() * DemoWorkload.rhythm(nowMillis));
      write(workload.batch(nowMillis, batchPoints));
      points += batchPoints;
      if (first) {
        System.out.println(DemoQueries.text(options.server()));
        first = false;
      }
      report(nowMillis, second);
      Thread.sleep(Math.max(0, nowMillis + SECOND_MILLIS - System.currentTimeMillis()));
    }
  }

  private void report(long nowMillis, int second) {
    String now = workload.incident(nowMillis).orElse("");
    if (!now.equals(incident)) {
      System.out.println(
          now.isEmpty() ? "demo: " + incident + " has recovered" : "demo: incident in " + now);
      incident = now;
    }
    if (second % SECONDS_PER_REPORT == SECONDS_PER_REPORT - 1) {
      System.out.println("demo: " + points + " points written");
    }
  }

  private void awaitServer() throws IOException, InterruptedException {
    send(HttpRequest.newBuilder(at("/api/v1/health")));
  }

  private void write(String json) throws IOException, InterruptedException {
    HttpResponse<String> reply =
        send(
            HttpRequest.newBuilder(at("/api/v1/write"))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(gzip(json))));
    if (reply.statusCode() != 200) {
      System.err.println("demo: write: " + reply.statusCode() + " " + reply.body());
    }
  }

  private URI at(String path) {
    return options.server().resolve(path);
  }

  /** Again after a second while there is no answer, or one that asks for patience. */
  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpRequest built = request.timeout(REPLY_WITHIN).build();
    String seen = "";
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      try {
        HttpResponse<String> reply = client.send(built, HttpResponse.BodyHandlers.ofString());
        if (reply.statusCode() != STATUS_TOO_MANY && reply.statusCode() != STATUS_UNAVAILABLE) {
          return reply;
        }
        seen = reply.statusCode() + " " + reply.body();
      } catch (IOException e) {
        seen = e.toString();
      }
      Thread.sleep(SECOND_MILLIS);
    }
    throw new IOException(built.uri() + " after " + ATTEMPTS_MAX + " attempts: " + seen);
  }

  static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
