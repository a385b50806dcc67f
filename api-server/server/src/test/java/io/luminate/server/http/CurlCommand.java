// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What a shell makes of a curl command: the shell is the real one, and what it calls as curl notes
 * down what it was given.
 */
final class CurlCommand {
  private static final String RECORDER =
      """
      curl() {
        printf '%s\\0' "$@" > "$OUT/arguments"
        case " $* " in *" @- "*) cat > "$OUT/body" ;; esac
      }
      """;

  private static final String END = "\nprintf '%s' \"$t\" > \"$OUT/t\"\n";

  private final List<String> headers = new ArrayList<>();
  private String method = "";
  private String url = "";
  private byte[] body = {};

  private CurlCommand() {}

  /** What the command assigns to {@code t} is among the variables afterwards. */
  static CurlCommand run(String command, Map<String, String> variables, Path out)
      throws IOException, InterruptedException {
    ProcessBuilder shell = new ProcessBuilder("sh", "-euc", RECORDER + command + END);
    shell.environment().putAll(variables);
    shell.environment().put("OUT", out.toString());
    Process process = shell.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(command + output).isZero();
    assertThat(output).as(command).isEmpty();
    variables.put("t", Files.readString(out.resolve("t")));
    String[] arguments = Files.readString(out.resolve("arguments")).split("\0");
    return of(Arrays.asList(arguments).iterator(), out.resolve("body"));
  }

  private static CurlCommand of(Iterator<String> arguments, Path piped) throws IOException {
    CurlCommand curl = new CurlCommand();
    while (arguments.hasNext()) {
      String argument = arguments.next();
      switch (argument) {
        case "-s" -> {}
        case "-X" -> curl.method = arguments.next();
        case "-H" -> curl.headers.addAll(List.of(arguments.next().split(": ", 2)));
        case "-d" -> curl.post(arguments.next().getBytes(StandardCharsets.UTF_8));
        case "--data-binary" -> {
          assertThat(arguments.next()).isEqualTo("@-");
          curl.post(Files.readAllBytes(piped));
        }
        default -> {
          assertThat(argument).startsWith("127.0.0.1:808");
          curl.url = argument;
        }
      }
    }
    return curl;
  }

  private void post(byte[] data) {
    method = method.isEmpty() ? "POST" : method;
    body = data;
  }

  HttpResponse<String> send(RunningServer server) throws Exception {
    String moved =
        url.replaceFirst("^127.0.0.1:8080", "http://127.0.0.1:" + server.port())
            .replaceFirst("^127.0.0.1:8081", "http://127.0.0.1:" + server.managementPort());
    if (url.startsWith("127.0.0.1:8082")) {
      moved = url.replaceFirst("^127.0.0.1:8082", "http://127.0.0.1:" + server.internalPort());
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(moved))
            .method(method.isEmpty() ? "GET" : method, BodyPublishers.ofByteArray(body));
    return server.send(
        headers.isEmpty() ? request : request.headers(headers.toArray(String[]::new)));
  }
}
