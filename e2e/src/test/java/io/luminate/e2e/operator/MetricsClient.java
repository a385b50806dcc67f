// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Somebody with a token at one address, of a Service or of a pod; every request on a connection of
 * its own.
 */
record MetricsClient(String host, String token) {
  /** Twice as long as a write waits for a storage that is away. */
  private static final Duration TIME_MAX = Duration.ofSeconds(20);

  private static final int PORT = 8080;

  /**
   * What came back.
   *
   * @param rateLimit the header X-RateLimit-Limit, if there is one
   */
  record Reply(URI uri, int statusCode, String body, Optional<String> rateLimit) {}

  MetricsClient withToken(String other) {
    return new MetricsClient(host, other);
  }

  /** Stores a point of a metric, now; any other status than 200 is an exception. */
  void write(String metric, double value) throws IOException {
    write(metric, Instant.now(), value);
  }

  /** The same, of an instant that is at most seven days old. */
  void write(String metric, Instant at, double value) throws IOException {
    expect200(tryWrite(metric, at, value));
  }

  Reply tryWrite(String metric, double value) throws IOException {
    return tryWrite(metric, Instant.now(), value);
  }

  private Reply tryWrite(String metric, Instant at, double value) throws IOException {
    String body =
        """
        {"metrics": [{"name": "%s", "timestamp": %d, "value": %s}]}"""
            .formatted(metric, at.toEpochMilli(), value);
    return post("/api/v1/write", body);
  }

  /** The metric's count over the last hours. */
  Reply count(String metric, int hours) throws IOException {
    return post(
        "/api/v1/query",
        """
        {"queryType": "aggregate", "metricName": "%s", "timeRange": {"relative": "%dh"}, "aggregation": "count"}"""
            .formatted(metric, hours));
  }

  /** Whether the metric has points over the last hours, as far as queries see them. */
  boolean sees(String metric, int hours) throws IOException {
    return expect200(count(metric, hours)).contains("\"value\"");
  }

  static String expect200(Reply reply) throws IOException {
    if (reply.statusCode() != 200) {
      throw new IOException(reply.toString());
    }
    return reply.body();
  }

  /**
   * Not by the newer client, of which each has a thread and takes ten times the processor time. Of
   * a known length, so that nothing is sent a second time.
   */
  private Reply post(String path, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    URI uri = URI.create("http://" + host + ":" + PORT + path);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout((int) TIME_MAX.toMillis());
    connection.setReadTimeout((int) TIME_MAX.toMillis());
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(bytes.length);
    connection.setRequestProperty("Connection", "close");
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setRequestProperty("Authorization", "Bearer " + token);
    try {
      try (OutputStream out = connection.getOutputStream()) {
        out.write(bytes);
      }
      int status = connection.getResponseCode();
      try (InputStream in =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return new Reply(
            uri, status, text, Optional.ofNullable(connection.getHeaderField("X-RateLimit-Limit")));
      }
    } catch (HttpRetryException refused) {
      // It would be sent again with another password, if there was one.
      return new Reply(uri, refused.responseCode(), refused.getReason(), Optional.empty());
    } finally {
      connection.disconnect();
    }
  }
}
