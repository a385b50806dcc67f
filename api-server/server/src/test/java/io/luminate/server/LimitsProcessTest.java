// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A limits file, and a server in a process of its own that looks at it. */
final class LimitsProcessTest {
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private Map<String, String> environment(Path file) {
    return Map.of(
        "LUMINATE_LIMITS_FILE", file.toString(),
        "LUMINATE_LIMITS_POLL_INTERVAL", "100ms",
        "LUMINATE_ROCKSDB_DATA_DIR", folder.resolve("data").toString());
  }

  private static Path write(Path file, long writes) throws IOException {
    return Files.writeString(
        file, "tenants: {default: {rateLimits: {writeRequestsPerSecond: " + writes + "}}}\n");
  }

  private static int write(ServerProcess server) throws Exception {
    String json =
        "{\"metrics\":[{\"name\":\"m\",\"timestamp\":%d,\"value\":1}]}"
            .formatted(System.currentTimeMillis());
    HttpResponse<String> reply = server.post("/api/v1/write", json, List.of());
    return reply.statusCode();
  }

  @Test
  void file_countsFromTheStart_andWhenItChanges() throws Exception {
    Path file = write(folder.resolve("limits.yaml"), 0);
    try (ServerProcess server = ServerProcess.start(environment(file))) {
      assertThat(write(server)).isEqualTo(429);
      write(file, 1_000);
      long until = System.nanoTime() + SEEN_WITHIN.toNanos();
      int status = 429;
      while (status == 429 && System.nanoTime() < until) {
        status = write(server);
      }
      assertThat(status).isEqualTo(200);
    }
  }

  @Test
  void push_countsOverTheFile() throws Exception {
    String token = "0123456789".repeat(4);
    Map<String, String> environment =
        new HashMap<>(environment(write(folder.resolve("limits.yaml"), 0)));
    Path tokenFile = Files.writeString(folder.resolve("current"), token);
    environment.put("LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE", tokenFile.toString());
    try (ServerProcess server = ServerProcess.start(environment)) {
      assertThat(write(server)).isEqualTo(429);
      String path = "/internal/v1/config";
      assertThat(server.putInternal(path, "wrong", "{\"version\":1}").statusCode()).isEqualTo(401);
      assertThat(server.putInternal(path, token, "{\"version\":1}").statusCode()).isEqualTo(200);
      assertThat(write(server)).isEqualTo(200);
    }
  }

  @Test
  void faultyFile_keepsTheServerFromStarting() throws Exception {
    Path file = write(folder.resolve("limits.yaml"), -1);
    assertThatThrownBy(() -> ServerProcess.start(environment(file)))
        .hasMessageContaining(
            file + ": limits.file: tenants.default.rateLimits.writeRequestsPerSecond got \"-1\"");
    assertThat(folder.resolve("data")).doesNotExist();
  }
}
