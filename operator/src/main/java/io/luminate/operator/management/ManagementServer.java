// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.management;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers /live, /ready and /metrics, without a token, as a kubelet and Prometheus ask. */
public final class ManagementServer implements AutoCloseable {
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final String TEXT_TYPE = "text/plain; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Listens from now on.
   *
   * @throws IOException if the address is not to be had
   */
  public ManagementServer(
      InetSocketAddress address, OperatorHealth health, PrometheusMeterRegistry metrics)
      throws IOException {
    server = HttpServer.create(address, 0);
    server.setExecutor(threads);
    server.createContext("/live", call -> probe(call, "/live", health.fault()));
    server.createContext("/ready", call -> probe(call, "/ready", health.waitingFor()));
    server.createContext("/metrics", call -> metrics(call, metrics));
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private static void probe(HttpExchange call, String path, Optional<String> obstacle)
      throws IOException {
    if (isRead(call, path)) {
      answer(call, obstacle.isEmpty() ? 200 : 503, TEXT_TYPE, obstacle.orElse("ok") + "\n");
    }
  }

  private static void metrics(HttpExchange call, PrometheusMeterRegistry metrics)
      throws IOException {
    if (isRead(call, "/metrics")) {
      answer(call, 200, METRICS_TYPE, metrics.scrape(METRICS_TYPE));
    }
  }

  /** Paths below and other methods are not there; they are answered here. */
  private static boolean isRead(HttpExchange call, String path) throws IOException {
    if (!call.getRequestURI().getPath().equals(path)) {
      answer(call, 404, TEXT_TYPE, "There are /live, /ready and /metrics.\n");
      return false;
    }
    if (!call.getRequestMethod().equals("GET")) {
      answer(call, 405, TEXT_TYPE, "GET it.\n");
      return false;
    }
    return true;
  }

  private static void answer(HttpExchange call, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    call.getResponseHeaders().set("Content-Type", type);
    call.sendResponseHeaders(status, bytes.length);
    try (OutputStream body = call.getResponseBody()) {
      body.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
