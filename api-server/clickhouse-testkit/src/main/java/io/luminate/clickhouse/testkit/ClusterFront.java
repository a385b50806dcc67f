// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
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
  private static final String NOTHING = "SELECT 1";
  private static final Pattern ON_CLUSTER = Pattern.compile(" ON CLUSTER `\\w+`");
  private static final Pattern REPLICATED =
      Pattern.compile("Replicated(\\w*MergeTree)\\('[^']*', '[^']*'(?:, )?");
  private static final Pattern WINDOW =
      Pattern.compile(
          "replicated_deduplication_window = (\\d+), replicated_deduplication_window_seconds = \\d+");
  private static final Pattern FETCH = Pattern.compile("^SYSTEM SYNC REPLICA .*", Pattern.DOTALL);

  /** Of who sends it: where the queue has it done, that database may not be there. */
  private static final Pattern OWN_DATABASE = Pattern.compile("(?<=[?&])database=[^&]*&?");

  private final List<ClickHouseServer> others;
  private final FaultProxy proxy;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ClusterFront(List<ClickHouseServer> shards) {
    this.others = shards.subList(1, shards.size());
    this.proxy = FaultProxy.inFrontOf(shards.getFirst().httpUrl(), this::passedOn);
  }

  static ClusterFront of(List<ClickHouseServer> shards) {
    return new ClusterFront(List.copyOf(shards));
  }

  /** To be used in place of the first shard's. */
  URI url() {
    return proxy.url();
  }

  /** What the first shard is told, when the others have done their part. */
  private String passedOn(String target, String statement) throws IOException {
    String plain = ON_CLUSTER.matcher(statement).replaceAll("");
    boolean forAll = plain.length() < statement.length();
    plain = REPLICATED.matcher(plain).replaceAll("$1(");
    plain = WINDOW.matcher(plain).replaceAll("non_replicated_deduplication_window = $1");
    for (ClickHouseServer shard : others.subList(0, forAll ? others.size() : 0)) {
      HttpResponse<String> answer = send(shard, target, plain);
      if (answer.statusCode() != 200) {
        return "SELECT throwIf(1, '%s')".formatted(answer.body().replaceAll("['\\\\]", " "));
      }
    }
    return FETCH.matcher(plain).replaceAll(NOTHING);
  }

  /** With the settings of the statement, which are in the target. */
  private HttpResponse<String> send(ClickHouseServer shard, String target, String statement)
      throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(shard.httpUrl() + OWN_DATABASE.matcher(target).replaceFirst("")))
            .header("Authorization", basic(shard.luminate()))
            .POST(BodyPublishers.ofString(statement))
            .build();
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String basic(ClickHouseUser user) {
    String login = user.name() + ":" + user.password();
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    proxy.close();
    client.close();
  }
}
