// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luminate.testkit.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code make run BACKEND=clickhouse} starts, from folders as make leaves them. */
@EnabledOnOs(OS.LINUX)
class RunClickHouseTest {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  /** A cold start reads half a gigabyte, beside whatever else the machine does. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Of a shell that SIGTERM has ended. */
  private static final int TERMINATED = 128 + 15;

  @TempDir private Path folder;

  private final int port = FreePorts.next();
  private final int managementPort = FreePorts.next();
  private final HttpClient client = HttpClient.newHttpClient();
  private Process script;
  private List<ProcessHandle> processes = List.of();

  @BeforeEach
  void layOut() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("server/bin"));
    Files.copy(Path.of("src/dist/bin/luminate-server"), bin.resolve("luminate-server"));
    Files.copy(ROOT.resolve("build/find-jdk.sh"), bin.resolve("find-jdk.sh"));
    jarOfThis(folder.resolve("server/lib"));
    jarOfThis(folder.resolve("clickhouse/lib"));
  }

  /** The classes of this test's JVM, as one jar that names them all. */
  private static void jarOfThis(Path lib) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" ")));
    Files.createDirectories(lib);
    try (OutputStream file = Files.newOutputStream(lib.resolve("all.jar"));
        JarOutputStream jar = new JarOutputStream(file, manifest)) {
      jar.finish();
    }
  }

  @AfterEach
  void end() {
    processes.forEach(ProcessHandle::destroyForcibly);
    if (script != null) {
      script.descendants().forEach(ProcessHandle::destroyForcibly);
      script.destroyForcibly();
    }
    client.close();
  }

  private Path output() {
    return folder.resolve("output");
  }

  private void run() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                "build/run-clickhouse.sh",
                folder.resolve("server").toString(),
                folder.resolve("clickhouse").toString(),
                folder.resolve("data").toString())
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output().toFile());
    builder.environment().put("LUMINATE_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("LUMINATE_SERVER_HOST", "127.0.0.1");
    builder.environment().put("LUMINATE_SERVER_PORT", String.valueOf(port));
    builder.environment().put("LUMINATE_MANAGEMENT_HOST", "127.0.0.1");
    builder.environment().put("LUMINATE_MANAGEMENT_PORT", String.valueOf(managementPort));
    builder.environment().put("LUMINATE_AUTH_ENABLED", "false");
    script = builder.start();
    awaitHealth();
    processes = script.descendants().toList();
    assertThat(processes.stream().filter(this::isJava))
        .as("the server and ClickHouse, at least: %s", processes)
        .hasSizeGreaterThanOrEqualTo(2);
  }

  private boolean isJava(ProcessHandle process) {
    return process.info().command().filter(command -> command.endsWith("/java")).isPresent();
  }

  private void awaitHealth() throws IOException, InterruptedException {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (!isHealthy()) {
      if (!script.isAlive() && System.getenv("CI") == null) {
        assumeThat(Files.readString(output()))
            .doesNotContain("There is no ClickHouse to be had here");
      }
      assertThat(script.isAlive()).as(Files.readString(output())).isTrue();
      assertThat(Instant.now()).as(Files.readString(output())).isBefore(giveUp);
      Thread.sleep(100);
    }
  }

  private boolean isHealthy() throws InterruptedException {
    try {
      HttpRequest health = HttpRequest.newBuilder(uri("/api/v1/health")).build();
      return client.send(health, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private String post(String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  private String sum() throws IOException, InterruptedException {
    return post(
        "/api/v1/query",
        """
        {"queryType": "aggregate", "metricName": "orders", "timeRange": {"relative": "1h"}, "aggregation": "sum"}
        """);
  }

  private void assertAllGone() throws Exception {
    for (ProcessHandle process : processes) {
      process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(process.isAlive()).isFalse();
    }
    assertThat(isHealthy()).isFalse();
    assertThat(folder.resolve("data/url")).as("ClickHouse ended in good order").doesNotExist();
  }

  @Test
  void run_takesPointsAndAnswers_andEndsAsAWhole() throws Exception {
    run();
    post(
        "/api/v1/write",
        """
        {"metrics": [{"name": "orders", "timestamp": %d, "value": 2.5, "dimensions": {"customer_id": "c"}}]}
        """
            .formatted(System.currentTimeMillis() - 1_000));
    assertThat(sum()).contains("\"value\":2.5");
    script.destroy();
    assertThat(script.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(script.exitValue()).as(Files.readString(output())).isEqualTo(TERMINATED);
    assertAllGone();

    run();
    assertThat(sum()).as("what was written before it ended").contains("\"value\":2.5");
    server().destroy();
    assertThat(script.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertAllGone();
  }

  /** The script's own child that listens where it was told. */
  private ProcessHandle server() {
    return script
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains(folder + "/server/lib"))
        .findFirst()
        .orElseThrow();
  }
}
