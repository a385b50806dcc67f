// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server under measurement, on this machine, with its output in a file. */
public final class ChildProcess implements AutoCloseable {
  private static final int LOG_LINES_SHOWN = 30;

  /** Short beside the start-up that is measured with it. */
  private static final long POLL_MILLIS = 10;

  private static final Duration STOP_WITHIN = Duration.ofMinutes(2);

  private final Process process;
  private final Path log;
  private final long startNanos = System.nanoTime();

  private ChildProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  public static ChildProcess start(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    return new ChildProcess(builder.start(), log);
  }

  /** A port that was free a moment ago. */
  public static InetSocketAddress freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress("127.0.0.1", socket.getLocalPort());
    }
  }

  public long pid() {
    return process.pid();
  }

  /** Waits until the address answers 200; answers with the time since the start. */
  public Duration awaitReady(URI ready, Duration atMost) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(5)).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (System.nanoTime() - startNanos < atMost.toNanos()) {
        if (!process.isAlive()) {
          throw new IOException("exited with " + process.exitValue() + ":\n" + logTail());
        }
        if (answers(client, request)) {
          return Duration.ofNanos(System.nanoTime() - startNanos);
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
    throw new IOException(ready + " did not answer within " + atMost + ":\n" + logTail());
  }

  private static boolean answers(HttpClient client, HttpRequest request)
      throws InterruptedException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Its state and the end of its log, for the message of whatever failed while it ran. */
  public String account() throws IOException {
    String state = process.isAlive() ? "still runs" : "exited with " + process.exitValue();
    return "the server " + state + "; the end of its log:\n" + logTail();
  }

  /** Of each of several. */
  public static String accounts(List<ChildProcess> processes) throws IOException {
    StringBuilder text = new StringBuilder();
    for (ChildProcess process : processes) {
      text.append(process.account()).append('\n');
    }
    return text.toString();
  }

  private String logTail() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join(
        "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
  }

  /** It does nothing at all until {@link #resume}, and cannot be stopped meanwhile, but killed. */
  public void suspend() throws IOException, InterruptedException {
    signal("STOP");
  }

  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    String[] command = {"kill", "-" + name, Long.toString(pid())};
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed; " + account());
    }
  }

  /** As kill -9: nothing is written that was not written. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** As a supervisor does it; killed if that takes too long. */
  public Duration stop() throws InterruptedException {
    long beganNanos = System.nanoTime();
    process.destroy();
    if (!process.waitFor(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
      kill();
    }
    return Duration.ofNanos(System.nanoTime() - beganNanos);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
