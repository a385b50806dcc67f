// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.server.config.TenantLimit;
import io.luminate.server.limits.document.DocumentReader;
import io.luminate.server.limits.document.LimitsDocument;
import io.luminate.store.rocksdb.engine.RocksMetricsStore;
import io.luminate.store.rocksdb.engine.RocksStoreOptions;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page about limits says what the server does: its commands are sent, its replies compared. */
final class LimitsDocTest {
  private static final Pattern EXAMPLE =
      Pattern.compile(
          "(?s)```sh\n([^`]*?curl.*?)```\n\nThe reply, with status ([0-9]{3}).*?```json\n(.*?)```");
  private static final Pattern COMMAND = Pattern.compile("(?m)^```sh$");
  private static final Pattern DOCUMENT = Pattern.compile("(?s)```yaml\n(.*?)```");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\| `([A-Za-z]+)` \\| `([a-z_.]+)` \\|$");

  @TempDir private Path folder;

  private static String page() throws Exception {
    return Files.readString(Path.of("../../docs/limits.md"));
  }

  @Test
  void commands_areAnsweredAsPrinted() throws Exception {
    String secret = "0123456789".repeat(4);
    Path tokenFile = Files.writeString(folder.resolve("current"), secret);
    Map<String, String> variables = new HashMap<>(Map.of("TOKEN", secret, "t", ""));
    int run = 0;
    try (RocksMetricsStore store =
            RocksMetricsStore.open(folder.resolve("data"), RocksStoreOptions.defaults());
        RunningServer server = server(store, tokenFile)) {
      Matcher example = EXAMPLE.matcher(page());
      for (; example.find(); run++) {
        String command = example.group(1);
        if (command.contains("/usage")) {
          write(server);
        }
        HttpResponse<String> reply = CurlCommand.run(command, variables, folder).send(server);
        assertThat(reply.statusCode())
            .as(command + reply.body())
            .isEqualTo(Integer.parseInt(example.group(2)));
        DocJson.assertSame(command, example.group(3), reply.body());
      }
    }
    assertThat(run)
        .as("all but the start")
        .isEqualTo(COMMAND.matcher(page()).results().count() - 1);
  }

  /** With the limits that a server has by default, which the page shows. */
  private static RunningServer server(RocksMetricsStore store, Path tokenFile) throws Exception {
    return new RunningServer(
        store,
        Map.of(
            "LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE", tokenFile.toString(),
            "LUMINATE_RATE_LIMITS_WRITE_REQUESTS_PER_SECOND", "100",
            "LUMINATE_RATE_LIMITS_QUERY_REQUESTS_PER_SECOND", "50",
            "LUMINATE_RATE_LIMITS_METRICS_PER_SECOND", "10000"),
        MemoryBudget.ofRequests(),
        MemoryBudget.ofReplies(),
        () -> 0);
  }

  private static void write(RunningServer server) throws Exception {
    String point = RunningServer.point("m", RunningServer.now(), 1, "{}");
    assertThat(
            server
                .post("/api/v1/write", RunningServer.token("acme"), RunningServer.batch(point))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void document_isRead() throws Exception {
    Matcher printed = DOCUMENT.matcher(page());
    assertThat(printed.find()).isTrue();
    LimitsDocument document =
        DocumentReader.readVersioned(printed.group(1).getBytes(StandardCharsets.UTF_8));
    assertThat(document.ignored()).isEmpty();
    assertThat(document.tenants()).containsOnlyKeys(new TenantId("acme"), new TenantId("trial"));
  }

  @Test
  void table_hasEveryLimit() throws Exception {
    assertThat(ROW.matcher(page()).results().map(row -> row.group(2) + "." + row.group(1)))
        .containsExactlyElementsOf(
            Arrays.stream(TenantLimit.values())
                .map(limit -> limit.section() + "." + limit.field())
                .toList());
    assertThat(ROW.matcher(page()).results().map(row -> row.group(3)))
        .containsExactlyElementsOf(
            Arrays.stream(TenantLimit.values())
                .map(limit -> snakeCase(limit.section()) + "." + snakeCase(limit.field()))
                .toList());
  }

  private static String snakeCase(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
