// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;

/**
 * Somebody with a token at one address, of a Service or of a pod; every request on a connection of
 * its own.
 */
record MetricsClient(String host, String token) {
  /** Twice as long as a write waits for a storage that is away. */
  private static final Duration TIME_MAX = Duration.ofSeconds(20);

  private static final int PORT = 8080;

  MetricsClient withToken(String other) {
    return new MetricsClient(host, other);
  }

  /** Stores a point of a metric, now; any other status than 200 is an exception. */
  void write(String metric, double value) throws IOException, InterruptedException {
    write(metric, Instant.now(), value);
  }

  /** The same, of an instant that is at most seven days old. */
  void write(String metric, Instant at, double value) throws IOException, InterruptedException {
    expect200(tryWrite(metric, at, value));
  }

  HttpResponse<String> tryWrite(String metric, double value)
      throws IOException, InterruptedException {
    return tryWrite(metric, Instant.now(), value);
  }

  private HttpResponse<String> tryWrite(String metric, Instant at, double value)
      throws IOException, InterruptedException {
    String body =
        """
        {"metrics": [{"name": "%s", "timestamp": %d, "value": %s}]}"""
            .formatted(metric, at.toEpochMilli(), value);
    return post("/api/v1/write", body);
  }

  /** The metric's count over the last hours. */
  HttpResponse<String> count(String metric, int hours) throws IOException, InterruptedException {
    return post(
        "/api/v1/query",
        """
        {"queryType": "aggregate", "metricName": "%s", "timeRange": {"relative": "%dh"}, "aggregation": "count"}"""
            .formatted(metric, hours));
  }

  /** Whether the metric has points over the last hours, as far as queries see them. */
  boolean sees(String metric, int hours) throws IOException, InterruptedException {
    return expect200(count(metric, hours)).contains("\"value\"");
  }

  static String expect200(HttpResponse<String> response) throws IOException {
    if (response.statusCode() != 200) {
      throw new IOException(response + ": " + response.body());
    }
    return response.body();
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + host + ":" + PORT + path))
            .timeout(TIME_MAX)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .POST(BodyPublishers.ofString(body))
            .build();
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIME_MAX)
            .build()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }
}
