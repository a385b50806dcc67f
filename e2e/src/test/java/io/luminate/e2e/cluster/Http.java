// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Talks to pods and services; every request on a connection of its own. */
public final class Http {
  private static final Duration TIME_MAX = Duration.ofSeconds(5);

  private Http() {}

  /** The body of a 200, or an exception that says what there was in its place. */
  public static String get(Pod pod, String path) throws IOException, InterruptedException {
    return body(send(pod, HttpRequest.newBuilder().GET(), path));
  }

  public static String get(Service service, String path) throws IOException, InterruptedException {
    String authority =
        service.getSpec().getClusterIP() + ":" + service.getSpec().getPorts().getFirst().getPort();
    return body(send(authority, HttpRequest.newBuilder().GET(), path));
  }

  public static void put(Pod pod, String path, String body)
      throws IOException, InterruptedException {
    body(send(pod, HttpRequest.newBuilder().PUT(HttpRequest.BodyPublishers.ofString(body)), path));
  }

  private static HttpResponse<String> send(Pod pod, HttpRequest.Builder request, String path)
      throws IOException, InterruptedException {
    return send(pod.getStatus().getPodIP() + ":" + TestPods.PORT, request, path);
  }

  private static HttpResponse<String> send(
      String authority, HttpRequest.Builder request, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://" + authority + path);
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIME_MAX).build()) {
      return client.send(request.uri(uri).timeout(TIME_MAX).build(), BodyHandlers.ofString());
    }
  }

  private static String body(HttpResponse<String> response) throws IOException {
    if (response.statusCode() != 200) {
      throw new IOException(response + ": " + response.body());
    }
    return response.body();
  }
}
