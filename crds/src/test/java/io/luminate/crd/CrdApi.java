// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.kube.testkit.ApiAccess;
import io.luminate.kube.testkit.ApiServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A real API server that has the custom resources as they are generated, asked in plain JSON. */
final class CrdApi {
  private static final String DEFINITIONS =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldValidation=Strict";

  private static final Duration SERVED_MAX = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 100;

  private static Started shared;

  private final ApiAccess access;
  private final HttpClient client;

  /** What was answered: the status and the object, or why not. */
  record Answer(int status, JsonNode body) {
    String message() {
      return body.path("message").asText("");
    }
  }

  /** One that has them, or why none does: it is tried once. */
  private record Started(Optional<CrdApi> running, String fault) {
    CrdApi api() {
      return running.orElseThrow(() -> new AssertionError(fault));
    }
  }

  private CrdApi(ApiAccess access) throws IOException {
    this.access = access;
    client = access.newHttpClient();
  }

  /** One for all tests of this JVM. */
  static synchronized CrdApi shared() {
    if (shared == null) {
      shared = tried();
    }
    return shared.api();
  }

  private static Started tried() {
    try {
      CrdApi api = new CrdApi(ApiServer.shared().access());
      api.install();
      return new Started(Optional.of(api), "");
    } catch (IOException | IllegalStateException | AssertionError e) {
      return new Started(Optional.empty(), e.toString());
    }
  }

  private void install() {
    CrdGenerator.definitions()
        .forEach(
            (name, definition) -> {
              Answer answer = post(DEFINITIONS, definition);
              if (answer.status() != 201) {
                throw new AssertionError(name + ": " + answer);
              }
            });
    for (String plural : List.of("luminateclusters", "retentionpolicies", "tenantquotas")) {
      awaitServed("/apis/luminate.io/v1alpha1/namespaces/default/" + plural);
    }
  }

  /** It takes the API server a moment. */
  private void awaitServed(String path) {
    long deadlineNanos = System.nanoTime() + SERVED_MAX.toNanos();
    for (Answer answer = get(path); answer.status() != 200; answer = get(path)) {
      if (System.nanoTime() > deadlineNanos) {
        throw new AssertionError(path + " is not served: " + answer);
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  /** As {@code kubectl get} asks for what it prints. */
  Answer table(String path) {
    return send(
        request(path).setHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").GET());
  }

  Answer post(String path, JsonNode object) {
    return send(request(path).POST(BodyPublishers.ofString(object.toString())));
  }

  /** As {@code kubectl patch --type=merge} does. */
  Answer merge(String path, JsonNode change) {
    return send(
        request(path)
            .setHeader("Content-Type", "application/merge-patch+json")
            .method("PATCH", BodyPublishers.ofString(change.toString())));
  }

  private HttpRequest.Builder request(String path) {
    return access.request(path).setHeader("Content-Type", "application/json");
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      var response = client.send(request.build(), BodyHandlers.ofString());
      JsonNode body =
          response.body().startsWith("{")
              ? Serialization.unmarshal(response.body(), JsonNode.class)
              : Serialization.jsonMapper().createObjectNode().put("message", response.body());
      return new Answer(response.statusCode(), body);
    } catch (IOException e) {
      return new Answer(0, Serialization.jsonMapper().createObjectNode().put("message", "" + e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
