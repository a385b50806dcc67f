// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Statements of one user over one HTTP address. */
public final class ClickHouseSession {
  /** A test that waits longer has failed. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Answers are complete before their status is sent, so that an error always is one. */
  private static final String PARAMETERS = "?wait_end_of_query=1&default_format=TabSeparated";

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);

  private final URI address;
  private final ClickHouseUser user;
  private volatile HttpClient client = newClient();

  public ClickHouseSession(URI httpUrl, ClickHouseUser user) {
    this.address = httpUrl.resolve("/" + PARAMETERS);
    this.user = user;
  }

  private static HttpClient newClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT_WITHIN)
        .build();
  }

  /** Closes its kept connections; the next statement opens a new one. */
  void disconnect() {
    client.shutdownNow();
    client = newClient();
  }

  /** A statement without a result. */
  public void execute(String sql) {
    send(sql, PATIENCE);
  }

  /** The rows, as tab-separated values in ClickHouse's escaping. */
  public List<String> query(String sql) {
    return send(sql, PATIENCE).lines().toList();
  }

  String send(String sql, Duration atMost) {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(atMost)
            .header("X-ClickHouse-User", user.name())
            .header("X-ClickHouse-Key", user.password())
            .POST(HttpRequest.BodyPublishers.ofString(sql))
            .build();
    try {
      return checked(client.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new ClickHouseException("no answer from " + address + " to " + sql + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClickHouseException("interrupted while " + address + " answered " + sql, e);
    }
  }

  private String checked(HttpResponse<String> response) {
    if (response.statusCode() == 200) {
      return response.body();
    }
    int code =
        response
            .headers()
            .firstValue("X-ClickHouse-Exception-Code")
            .map(Integer::parseInt)
            .orElse(ClickHouseException.NO_ANSWER);
    throw new ClickHouseException(
        code, user + ": status " + response.statusCode() + ": " + response.body().strip());
  }
}
