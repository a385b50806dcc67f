// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator gets an answer whatever happens. */
final class InternalFailuresTest {
  private static final String SECRET = "internal-0123456789abcdef0123456789";

  @TempDir private Path folder;

  @Test
  void usage_anErrorOfTheStore_is500_asOftenAsItIsAsked() throws Exception {
    Path token = Files.writeString(folder.resolve("current"), SECRET);
    ScriptedStore store = new ScriptedStore();
    store.beforeFigures =
        () -> {
          throw new StackOverflowError("simulated");
        };
    try (RunningServer server =
        new RunningServer(
            store, Map.of("LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE", token.toString()))) {
      for (int i = 0; i < 20; i++) {
        assertError(usage(server), 500, "INTERNAL_ERROR");
      }
      store.beforeFigures = () -> {};
      assertThat(usage(server).statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> usage(RunningServer server) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.internalPort() + "/internal/v1/usage");
    return server.send(HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + SECRET));
  }
}
