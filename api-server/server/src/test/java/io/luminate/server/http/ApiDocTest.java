// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.rocksdb.engine.RocksMetricsStore;
import io.luminate.store.rocksdb.engine.RocksStoreOptions;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page about the API says what the server does: its commands are sent, its replies compared.
 */
final class ApiDocTest {
  private static final Pattern EXAMPLE =
      Pattern.compile(
          "(?s)```sh\n(.*?)```\n\nThe reply, with status ([0-9]{3}).*?```(?:json|text)\n(.*?)```");
  private static final Pattern README_COMMAND =
      Pattern.compile("(?s)```sh\n((?:now=[^\n]*\n)?curl.*?)```|`(curl [^`]*)`");
  private static final Pattern CLAIMS = Pattern.compile("(?m)^\\{\"sub\".*\\}$");
  private static final Pattern CURSOR = Pattern.compile("\"cursor\":\"([^\"]*)\"");

  @TempDir private Path folder;
  private final Map<String, String> variables = new HashMap<>();

  @Test
  void examples_areAnsweredAsPrinted() throws Exception {
    String page = Files.readString(Path.of("../../docs/api.md"));
    List<String> claims = CLAIMS.matcher(page).results().map(found -> found.group()).toList();
    variables.put("TOKEN", SignedTokens.of(DocJson.object(claims.get(0))));
    variables.put("CUSTOMER_TOKEN", SignedTokens.of(DocJson.object(claims.get(1))));
    int run = 0;
    try (RocksMetricsStore store = open("anonymous");
        RocksMetricsStore ofTenants = open("tenants");
        RunningServer server = new RunningServer(store, Map.of("LUMINATE_AUTH_ENABLED", "false"));
        RunningServer withTokens = limited(ofTenants)) {
      Matcher example = EXAMPLE.matcher(page);
      for (; example.find(); run++) {
        String command = example.group(1);
        RunningServer asked = command.contains("TOKEN") ? withTokens : server;
        check(command, asked, Integer.parseInt(example.group(2)), example.group(3));
      }
    }
    assertThat(run).isEqualTo(Pattern.compile("(?m)^```sh$").matcher(page).results().count());
  }

  /** With the limits that a server has by default, in a second that does not end. */
  private static RunningServer limited(RocksMetricsStore store) throws Exception {
    Map<String, String> settings = new HashMap<>(SignedTokens.SETTINGS);
    settings.put("LUMINATE_RATE_LIMITS_WRITE_REQUESTS_PER_SECOND", "100");
    settings.put("LUMINATE_RATE_LIMITS_QUERY_REQUESTS_PER_SECOND", "50");
    settings.put("LUMINATE_RATE_LIMITS_METRICS_PER_SECOND", "10000");
    return new RunningServer(
        store, settings, MemoryBudget.ofRequests(), MemoryBudget.ofReplies(), () -> 0);
  }

  @Test
  void readme_firstWriteAndQueries_work() throws Exception {
    String readme = Files.readString(Path.of("../../README.md"));
    StringBuilder replies = new StringBuilder();
    variables.put("t", "");
    try (RocksMetricsStore store = open("readme");
        RunningServer server = new RunningServer(store, Map.of("LUMINATE_AUTH_ENABLED", "false"))) {
      Matcher command = README_COMMAND.matcher(readme);
      while (command.find()) {
        String text = command.group(1) == null ? command.group(2) : command.group(1);
        HttpResponse<String> reply = CurlCommand.run(text, variables, folder).send(server);
        assertThat(reply.statusCode()).as(text + reply.body()).isEqualTo(200);
        replies.append(reply.body().replaceAll(",\"truncated.*", "")).append('\n');
      }
    }
    assertThat(replies.toString().lines())
        .containsExactly(
            "{\"accepted\":3,\"rejected\":0,\"errors\":[]}",
            "{\"queryType\":\"aggregate\",\"results\":["
                + "{\"groupKey\":{\"customer_id\":\"cust_1\"},\"value\":145.5,\"count\":1},"
                + "{\"groupKey\":{\"customer_id\":\"cust_2\"},\"value\":30.0625,\"count\":2}]",
            "[\"cust_2\",\"cust_1\"]");
  }

  private RocksMetricsStore open(String name) {
    return RocksMetricsStore.open(folder.resolve(name), RocksStoreOptions.defaults());
  }

  private void check(String command, RunningServer server, int status, String printed)
      throws Exception {
    CurlCommand curl = CurlCommand.run(command, variables, folder);
    int times = command.contains("Idempotency-Key") ? 2 : 1;
    for (int i = 0; i < times; i++) {
      HttpResponse<String> reply = curl.send(server);
      assertThat(reply.statusCode()).as(command + reply.body()).isEqualTo(status);
      if (reply.headers().firstValue("Content-Type").orElse("").equals(Replies.JSON)) {
        DocJson.assertSame(command, printed, reply.body());
      } else {
        assertThat(reply.body().lines()).as(command).containsAll(printed.lines().toList());
      }
      Matcher cursor = CURSOR.matcher(reply.body());
      if (cursor.find()) {
        variables.put("cursor", cursor.group(1));
      }
    }
  }
}
