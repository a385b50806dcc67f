// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server as people run it: a process of its own, asked over a socket. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern LISTENS =
      Pattern.compile(
          ".*Luminate listens on (http://\\S+) \\(API\\).*?(?: port ([0-9]+) \\(/internal/v1\\))?; .*");
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);

  private final Process process;
  private final List<String> startLog;
  private final BlockingQueue<String> laterLog = new LinkedBlockingQueue<>();
  private final URI url;
  private final String internalPort;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ServerProcess(Process process, List<String> startLog, MatchResult greeting) {
    this.process = process;
    this.startLog = startLog;
    this.url = URI.create(greeting.group(1));
    this.internalPort = Optional.ofNullable(greeting.group(2)).orElse("none");
  }

  /**
   * Listens on free ports when this returns, without authentication.
   *
   * @param environment its settings
   */
  static ServerProcess start(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ServerMain.class.getName());
    builder.environment().putAll(environment);
    builder
        .environment()
        .putAll(
            Map.of(
                "LUMINATE_RATE_LIMITS_WRITE_REQUESTS_PER_SECOND", "1000000",
                "LUMINATE_RATE_LIMITS_QUERY_REQUESTS_PER_SECOND", "1000000",
                "LUMINATE_RATE_LIMITS_METRICS_PER_SECOND", "1000000000",
                "LUMINATE_SERVER_HOST", "127.0.0.1",
                "LUMINATE_SERVER_PORT", "0",
                "LUMINATE_MANAGEMENT_HOST", "127.0.0.1",
                "LUMINATE_MANAGEMENT_PORT", "0",
                "LUMINATE_MANAGEMENT_INTERNAL_PORT", "0",
                "LUMINATE_AUTH_ENABLED", "false"));
    Process process = builder.redirectErrorStream(true).start();
    return awaitGreeting(process);
  }

  /** Its later output is read too, or a full pipe would stop it. */
  private static ServerProcess awaitGreeting(Process process) throws IOException {
    BufferedReader output = process.inputReader();
    List<String> log = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      log.add(line);
      // In JSON a solidus is escaped.
      Matcher matcher = LISTENS.matcher(line.replace("\\/", "/"));
      if (matcher.matches()) {
        ServerProcess server = new ServerProcess(process, log, matcher.toMatchResult());
        Thread.ofVirtual().start(() -> output.lines().forEach(server.laterLog::add));
        return server;
      }
    }
    throw new IOException("the server did not start: " + String.join("\n", log));
  }

  /** What it said up to where it listens. */
  List<String> startLog() {
    return startLog;
  }

  /** The next line with that text that it logs after its start. */
  String awaitLog(String text) throws InterruptedException {
    long endNanos = System.nanoTime() + ANSWER_WITHIN.toNanos();
    String line = "";
    while (!line.contains(text)) {
      line = laterLog.poll(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new AssertionError("nothing logged with: " + text);
      }
    }
    return line;
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(url.resolve(path)));
  }

  HttpResponse<String> post(String path, String json, List<String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve(path)).POST(BodyPublishers.ofString(json));
    request.header("Content-Type", "application/json");
    for (int i = 0; i < headers.size(); i += 2) {
      request.header(headers.get(i), headers.get(i + 1));
    }
    return send(request);
  }

  /** To the port of an operator. */
  HttpResponse<String> putInternal(String path, String token, String json)
      throws IOException, InterruptedException {
    URI target = URI.create("http://127.0.0.1:" + internalPort + path);
    return send(
        HttpRequest.newBuilder(target)
            .header("Authorization", "Bearer " + token)
            .PUT(BodyPublishers.ofString(json)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.timeout(ANSWER_WITHIN).build(), BodyHandlers.ofString());
  }

  /** It gets SIGKILL and is gone when this returns. */
  void kill9() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    client.close();
  }
}
