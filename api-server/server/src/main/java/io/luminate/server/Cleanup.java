// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Has a server that runs clean up, for a job that does so on schedule. Prints the server's reply.
 * Exit codes: 0 done, 1 the server refused or was not reached, 2 the command line is wrong.
 */
final class Cleanup {
  static final String COMMAND = "cleanup";

  private static final String PATH = "/internal/v1/retention/run";
  private static final Set<String> OPTIONS = Set.of("--url", "--token-file", "--timeout");
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);

  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private Cleanup() {}

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    try {
      HttpResponse<String> reply = send(request(options(arguments)));
      if (reply.statusCode() == 200) {
        out.println(reply.body());
        return 0;
      }
      err.println("cleanup: the server answered " + reply.statusCode() + ": " + reply.body());
    } catch (IllegalArgumentException e) {
      err.println("cleanup: " + e.getMessage());
      return EXIT_USAGE;
    } catch (IOException e) {
      err.println("cleanup: " + e.getClass().getSimpleName() + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      err.println("cleanup: interrupted");
    }
    return EXIT_FAILED;
  }

  /** No redirect is followed: the token is for that one server. */
  private static HttpResponse<String> send(HttpRequest request)
      throws IOException, InterruptedException {
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }

  private static HttpRequest request(Map<String, String> options) throws IOException {
    URI server = URI.create(required(options, "--url"));
    String token = Files.readString(Path.of(required(options, "--token-file"))).strip();
    if (server.getScheme() == null || !server.getScheme().startsWith("http")) {
      throw new IllegalArgumentException("--url is no HTTP address: " + server);
    }
    return HttpRequest.newBuilder(server.resolve(PATH))
        .header("Authorization", "Bearer " + token)
        .timeout(timeout(options.getOrDefault("--timeout", "10m")))
        .POST(BodyPublishers.noBody())
        .build();
  }

  private static Duration timeout(String text) {
    try {
      return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("--timeout is no duration such as 10m: " + text, e);
    }
  }

  private static String required(Map<String, String> options, String name) {
    String value = options.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }

  /** {@code --name value} or {@code --name=value}; each at most once. */
  private static Map<String, String> options(List<String> arguments) {
    Map<String, String> options = new HashMap<>();
    int next = 0;
    while (next < arguments.size()) {
      String argument = arguments.get(next++);
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      if (!OPTIONS.contains(name)) {
        throw new IllegalArgumentException("unknown option " + name);
      }
      if (equals < 0 && next == arguments.size()) {
        throw new IllegalArgumentException(name + " needs a value");
      }
      String value = equals < 0 ? arguments.get(next++) : argument.substring(equals + 1);
      if (options.put(name, value) != null) {
        throw new IllegalArgumentException(name + " is given twice");
      }
    }
    return options;
  }
}
