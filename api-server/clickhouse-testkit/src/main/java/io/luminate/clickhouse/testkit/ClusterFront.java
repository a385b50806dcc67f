// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * An address in front of shards that have no Keeper, for a client that counts on one. Everything
 * goes to the first shard as it is, but for what a Keeper is needed for:
 *
 * <ul>
 *   <li>a statement {@code ON CLUSTER} goes to one shard after the other, without that;
 *   <li>{@code Replicated} tables are made without it, with the window of tokens of a plain table;
 *   <li>nothing needs to be fetched from another replica: tables that each server would have whole
 *       are asked and written on the first shard alone.
 * </ul>
 *
 * Between a token and its part a plain table may lose a part that a replicated one does not, so a
 * shard is to be killed only while nobody writes.
 */
final class ClusterFront implements AutoCloseable {
  private static final int BACKLOG = 128;
  private static final String NOTHING = "SELECT 1";
  private static final Pattern ON_CLUSTER = Pattern.compile(" ON CLUSTER `\\w+`");
  private static final Pattern REPLICATED =
      Pattern.compile("Replicated(\\w*MergeTree)\\('[^']*', '[^']*'(?:, )?");
  private static final Pattern WINDOW =
      Pattern.compile(
          "replicated_deduplication_window = (\\d+), replicated_deduplication_window_seconds = \\d+");
  private static final Pattern IN_ADDRESS = Pattern.compile("(?:^|&)query=");
  private static final Pattern FETCH = Pattern.compile("^SYSTEM SYNC REPLICA .*", Pattern.DOTALL);

  /** Headers of a connection and not of its message, and such as are made anew. */
  private static final Set<String> OWN =
      Set.of("connection", "host", "content-length", "transfer-encoding", "keep-alive", "expect");

  private static final Set<String> LOGIN =
      Set.of("authorization", "x-clickhouse-user", "x-clickhouse-key");

  static {
    // Else each answer waits for the acknowledgement of its head.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final List<ClickHouseServer> shards;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ClusterFront(List<ClickHouseServer> shards, HttpServer server) {
    this.shards = shards;
    this.server = server;
  }

  static ClusterFront of(List<ClickHouseServer> shards) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), BACKLOG);
      ClusterFront front = new ClusterFront(List.copyOf(shards), server);
      server.createContext("/", front::answer);
      server.setExecutor(front.threads);
      server.start();
      return front;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** To be used in place of the first shard's. */
  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** A shard that does not answer has the client's connection closed, as its own would be. */
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpResponse<byte[]> answer = exchanged(exchange, exchange.getRequestBody().readAllBytes());
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (isOfMessage(name)) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      int length = answer.body().length;
      exchange.sendResponseHeaders(answer.statusCode(), length == 0 ? -1 : length);
      exchange.getResponseBody().write(answer.body());
    }
  }

  private HttpResponse<byte[]> exchanged(HttpExchange exchange, byte[] body) throws IOException {
    if (!isText(exchange)) {
      return send(shards.getFirst(), exchange, body);
    }
    String statement = new String(body, StandardCharsets.UTF_8);
    byte[] plain = withoutKeeper(statement).getBytes(StandardCharsets.UTF_8);
    boolean forAll = ON_CLUSTER.matcher(statement).find();
    HttpResponse<byte[]> answer = send(shards.getFirst(), exchange, plain);
    for (ClickHouseServer shard : shards.subList(1, forAll ? shards.size() : 1)) {
      answer = answer.statusCode() == 200 ? send(shard, exchange, plain) : answer;
    }
    return answer;
  }

  static String withoutKeeper(String statement) {
    String plain = ON_CLUSTER.matcher(statement).replaceAll("");
    plain = REPLICATED.matcher(plain).replaceAll("$1(");
    plain = WINDOW.matcher(plain).replaceAll("non_replicated_deduplication_window = $1");
    return FETCH.matcher(plain).replaceAll(NOTHING);
  }

  /** Rows to be inserted stand behind a statement that is in the address. */
  private static boolean isText(HttpExchange exchange) {
    String parameters = String.valueOf(exchange.getRequestURI().getRawQuery());
    return !IN_ADDRESS.matcher(parameters).find();
  }

  /** The first shard sees who asks; the others have passwords of their own. */
  private HttpResponse<byte[]> send(ClickHouseServer shard, HttpExchange exchange, byte[] body)
      throws IOException {
    URI address = URI.create(shard.httpUrl() + exchange.getRequestURI().toString());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    boolean first = shard == shards.getFirst();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (isOfMessage(name) && (first || !isLogin(name))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    if (!first) {
      request.header("Authorization", basic(shard.luminate()));
    }
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String basic(ClickHouseUser user) {
    String login = user.name() + ":" + user.password();
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isLogin(String header) {
    return LOGIN.contains(header.toLowerCase(Locale.ROOT));
  }

  private static boolean isOfMessage(String header) {
    return !OWN.contains(header.toLowerCase(Locale.ROOT));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    client.shutdownNow();
  }
}
