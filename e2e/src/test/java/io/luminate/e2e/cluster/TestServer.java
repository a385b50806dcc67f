// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * What a pod of a test runs: tells its name, its variables and its files, writes one, and ends when
 * told to. On SIGTERM it writes {@code bye} to {@code LAST_WORDS}, if that is set.
 */
public final class TestServer {
  private static final int PORT = 8080;

  private TestServer() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    InetSocketAddress address = new InetSocketAddress(System.getenv("LISTEN_HOST"), PORT);
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/name", TestServer::name);
    server.createContext("/variable/", TestServer::variable);
    server.createContext("/file/", TestServer::file);
    server.createContext("/exit/", TestServer::exit);
    Runtime.getRuntime().addShutdownHook(new Thread(TestServer::lastWords));
    server.start();
    new CountDownLatch(1).await();
  }

  private static void name(HttpExchange exchange) throws IOException {
    answer(exchange, 200, System.getenv("HOSTNAME"));
  }

  private static void variable(HttpExchange exchange) throws IOException {
    answer(exchange, 200, String.valueOf(System.getenv(rest(exchange, "/variable/"))));
  }

  /** GET reads {@code /file/PATH}, PUT writes it; 404 if there is none. */
  private static void file(HttpExchange exchange) throws IOException {
    Path path = Path.of(rest(exchange, "/file"));
    if (exchange.getRequestMethod().equals("PUT")) {
      Files.write(path, exchange.getRequestBody().readAllBytes());
      answer(exchange, 200, "");
    } else if (Files.exists(path)) {
      answer(exchange, 200, Files.readString(path));
    } else {
      answer(exchange, 404, "");
    }
  }

  private static void exit(HttpExchange exchange) {
    Runtime.getRuntime().halt(Integer.parseInt(rest(exchange, "/exit/")));
  }

  private static void lastWords() {
    try {
      String path = System.getenv("LAST_WORDS");
      if (path != null) {
        Files.writeString(Path.of(path), "bye");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String rest(HttpExchange exchange, String prefix) {
    return exchange.getRequestURI().getPath().substring(prefix.length());
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
