// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Headers that are too large are answered, whatever the protocol. */
final class HeaderSizesTest {
  @ParameterizedTest
  @EnumSource
  void headers_onEitherSideOfTheBound(HttpClient.Version version) throws Exception {
    try (RunningServer server = new RunningServer(Map.of());
        HttpClient client = HttpClient.newBuilder().version(version).build()) {
      get(server, client, 10);
      HttpResponse<String> fits = get(server, client, 125_000);
      assertThat(fits.statusCode()).isEqualTo(200);
      assertThat(fits.version()).isEqualTo(version);
      assertError(get(server, client, 140_000), 431, "HEADERS_TOO_LARGE");
      assertError(get(server, client, 200_000), 431, "HEADERS_TOO_LARGE");
    }
  }

  private static HttpResponse<String> get(RunningServer server, HttpClient client, int length)
      throws Exception {
    return client.send(
        server.request("/api/v1/health", "").header("X-Long", "x".repeat(length)).build(),
        BodyHandlers.ofString());
  }
}
