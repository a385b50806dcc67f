// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command of a job, against a server that answers by script. */
final class CleanupTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicReference<String> received = new AtomicReference<>("");
  private volatile int status = 200;

  @TempDir private Path folder;
  private Path token;
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    token = Files.writeString(folder.resolve("current"), "secret\n");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          received.set(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] reply = "{\"some\": \"reply\"}".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Location", "/elsewhere");
          exchange.sendResponseHeaders(status, reply.length);
          exchange.getResponseBody().write(reply);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private int run(String... arguments) {
    return ServerMain.run(
        List.of(arguments),
        Map.of(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void run_asksTheServerAndPrintsItsReply() {
    assertThat(run("cleanup", "--url", url(), "--token-file=" + token)).isEqualTo(0);
    assertThat(received.get()).isEqualTo("POST /internal/v1/retention/run Bearer secret");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"some\": \"reply\"}\n");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"401", "503", "302"})
  void run_refused_failsAndSaysWhy(int answer) {
    status = answer;
    assertThat(run("cleanup", "--url", url(), "--token-file", token.toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("cleanup: the server answered " + answer + ": {\"some\": \"reply\"}\n");
    assertThat(received.get()).as("no redirect is followed").contains("/internal/v1/retention/run");
  }

  @Test
  void run_nobodyThere_fails() {
    String gone = url();
    server.stop(0);
    assertThat(run("cleanup", "--url", gone, "--token-file", token.toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("cleanup: ConnectException");
  }

  @Test
  void run_noToken_fails() {
    assertThat(run("cleanup", "--url", url(), "--token-file", folder + "/none")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("NoSuchFileException")
        .contains("none");
  }

  @ParameterizedTest
  @CsvSource({
    "--url, --url needs a value",
    "--token-file=x, --url is missing",
    "--tenants=x, unknown option --tenants",
    "--url=localhost:8082, --token-file is missing"
  })
  void run_wrongOptions_saysSo(String option, String message) {
    assertThat(run("cleanup", option)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("cleanup: " + message + "\n");
  }
}
