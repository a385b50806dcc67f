// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server says when it starts, to whoever collects its log or sits before it. */
final class StartLogTest {
  @TempDir private Path folder;

  private List<String> startLog(String format) throws IOException {
    Map<String, String> environment =
        Map.of(
            "LUMINATE_LOGGING_FORMAT",
            format,
            "LUMINATE_ROCKSDB_DATA_DIR",
            folder.toString(),
            "LUMINATE_NO_SUCH_KEY",
            "warned of");
    try (ServerProcess server = ServerProcess.start(environment)) {
      return server.startLog();
    }
  }

  @Test
  void json_everyLineIsAnObject() throws IOException, JoseException {
    List<String> log = startLog("json");
    for (String line : log) {
      assertThat(JsonUtil.parseJson(line)).as(line).containsKeys("level", "formattedMessage");
    }
    assertThat(log.getFirst()).contains("LUMINATE_NO_SUCH_KEY");
    assertThat(String.valueOf(JsonUtil.parseJson(log.getLast()).get("formattedMessage")))
        .startsWith("Luminate listens on http://127.0.0.1:")
        .endsWith("data in " + folder);
  }

  @Test
  void text_greetsAPerson() throws IOException {
    assertThat(startLog("text").getLast())
        .startsWith("Luminate listens on http://127.0.0.1:")
        .endsWith("data in " + folder);
  }
}
