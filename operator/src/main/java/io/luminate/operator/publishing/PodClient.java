// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import com.fasterxml.jackson.databind.JsonNode;
import io.luminate.operator.document.PublishedDocument;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Calls the internal port of servers. An address may have become anybody's: nothing that is
 * answered is believed before it looks like a server's, nor followed anywhere, nor read on and on.
 * Safe for use by many threads.
 */
final class PodClient implements AutoCloseable {
  static final int PORT = 8082;

  /** A state has no more than the paths of some fields that are not known, and a message. */
  private static final int STATE_BYTES_MAX = 256 << 10;

  /** A server takes half of it, and may spell it longer. */
  private static final int DOCUMENT_BYTES_MAX = 32 << 20;

  /** Of a hundred tenants, each with its largest metrics. */
  private static final int USE_BYTES_MAX = 4 << 20;

  private static final int USE_TENANTS_MAX = 100;
  private static final String CONFIG = "/internal/v1/config";

  /** Nobody answered. */
  private static final class SilenceException extends Exception {
    private static final long serialVersionUID = 1;

    SilenceException(String reason) {
      super(reason);
    }
  }

  private final HttpClient http;
  private final Duration connectWithin;
  private final Duration answerWithin;

  /**
   * Calls as patiently as this.
   *
   * @param answerWithin for all of a call, the last byte of the reply included
   */
  PodClient(Duration connectWithin, Duration answerWithin) {
    this.connectWithin = connectWithin;
    this.answerWithin = answerWithin;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(connectWithin)
            .build();
  }

  PodReply<PodState> state(ClusterPod pod, Tokens tokens) {
    HttpRequest.Builder request = request(pod, CONFIG + "?document=false").GET();
    return call(request, tokens, STATE_BYTES_MAX, ServerReplies::state);
  }

  /** The document that a server has understood, for whoever has lost it. */
  PodReply<PublishedDocument> document(ClusterPod pod, Tokens tokens) {
    HttpRequest.Builder request = request(pod, CONFIG).GET();
    return call(request, tokens, DOCUMENT_BYTES_MAX, ServerReplies::document);
  }

  /** Tells it the document; the reply has the version that counts then. */
  PodReply<Long> push(ClusterPod pod, Tokens tokens, Announcement document) {
    HttpRequest.Builder request =
        request(pod, CONFIG).PUT(BodyPublishers.ofByteArray(document.gzip()));
    return call(request, tokens, STATE_BYTES_MAX, ServerReplies::version);
  }

  PodReply<Share> share(ClusterPod pod, Tokens tokens, Share share) {
    String json = "{\"sequence\":%d,\"replicas\":%d}".formatted(share.sequence(), share.replicas());
    HttpRequest.Builder request = request(pod, "/internal/v1/replicas").PUT(json(json));
    return call(request, tokens, STATE_BYTES_MAX, ServerReplies::share);
  }

  PodReply<RetentionProgress> retention(ClusterPod pod, Tokens tokens) {
    HttpRequest.Builder request = request(pod, "/internal/v1/retention").GET();
    return call(request, tokens, STATE_BYTES_MAX, ServerReplies::retention);
  }

  PodReply<StorageAnswer> storage(ClusterPod pod, Tokens tokens) {
    HttpRequest.Builder request = request(pod, CONFIG + "?document=false").GET();
    return call(request, tokens, STATE_BYTES_MAX, ServerReplies::storage);
  }

  /**
   * Which tenants are near a limit; a hundred at a time.
   *
   * @param after only those whose names come behind
   */
  PodReply<UseAnswer> use(ClusterPod pod, Tokens tokens, String after) {
    String parameters =
        "?near=true&limit=%d&after=%s"
            .formatted(USE_TENANTS_MAX, URLEncoder.encode(after, StandardCharsets.UTF_8));
    HttpRequest.Builder request = request(pod, "/internal/v1/usage" + parameters).GET();
    return call(request, tokens, USE_BYTES_MAX, ServerReplies::use);
  }

  private static BodyPublisher json(String text) {
    return BodyPublishers.ofString(text, StandardCharsets.UTF_8);
  }

  private static HttpRequest.Builder request(ClusterPod pod, String path) {
    String host = pod.ip().contains(":") ? "[" + pod.ip() + "]" : pod.ip();
    return HttpRequest.newBuilder(URI.create("http://" + host + ":" + PORT + path));
  }

  /** A pod whose mounted token is behind knows the previous one alone. */
  private <T> PodReply<T> call(
      HttpRequest.Builder request, Tokens tokens, int bytesMax, Function<JsonNode, T> read) {
    PodReply<T> reply = new Call<>(tokens, bytesMax, read, true).send(request, tokens.current());
    boolean isUnauthorized =
        reply instanceof PodReply.Refused<T> refused && refused.isUnauthorized();
    return isUnauthorized && tokens.previous().isPresent()
        ? new Call<>(tokens, bytesMax, read, false).send(request, tokens.previous().get())
        : reply;
  }

  /** One call, and how its reply is read. */
  private final class Call<T> {
    private final Tokens tokens;
    private final int bytesMax;
    private final Function<JsonNode, T> read;
    private final boolean withCurrent;

    Call(Tokens tokens, int bytesMax, Function<JsonNode, T> read, boolean withCurrent) {
      this.tokens = tokens;
      this.bytesMax = bytesMax;
      this.read = read;
      this.withCurrent = withCurrent;
    }

    PodReply<T> send(HttpRequest.Builder request, String token) {
      HttpRequest complete = request.copy().setHeader("Authorization", "Bearer " + token).build();
      try {
        HttpResponse<byte[]> response = exchange(complete);
        return reply(response.statusCode(), response.body());
      } catch (SilenceException silence) {
        String reason = Objects.requireNonNullElse(silence.getMessage(), "it failed");
        return new PodReply.Unreachable<>(ServerReplies.plain(tokens.hiddenIn(reason)));
      }
    }

    private HttpResponse<byte[]> exchange(HttpRequest request) throws SilenceException {
      CompletableFuture<HttpResponse<byte[]>> response =
          http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), bytesMax));
      try {
        return response.get(answerWithin.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // Ends the connection too: a body that drips is not waited for.
        response.cancel(true);
        throw new SilenceException("no whole answer within " + seconds(answerWithin));
      } catch (ExecutionException e) {
        throw new SilenceException(why(e));
      } catch (InterruptedException e) {
        response.cancel(true);
        Thread.currentThread().interrupt();
        throw new SilenceException("the operator stops");
      }
    }

    private PodReply<T> reply(int status, byte[] body) {
      try {
        if (status == 200) {
          return new PodReply.Has<>(read.apply(ServerReplies.object(body)), withCurrent);
        }
        if (status >= 400) {
          String message = ServerReplies.message(ServerReplies.object(body));
          return new PodReply.Refused<>(status, ServerReplies.plain(tokens.hiddenIn(message)));
        }
        return new PodReply.Unreachable<>(
            "answered with status " + status + ", as no server does, and was not followed");
      } catch (IllegalArgumentException garbage) {
        return new PodReply.Unreachable<>(
            "answered with status " + status + " and what no server says");
      }
    }
  }

  private String why(ExecutionException failure) {
    Throwable cause = Objects.requireNonNullElse(failure.getCause(), failure);
    return switch (cause) {
      case HttpConnectTimeoutException _ -> "no connection within " + seconds(connectWithin);
      case ConnectException _ -> "the connection was refused";
      case IOException e -> "the connection failed: " + e.getMessage();
      default -> "the call failed: " + cause.getClass().getSimpleName();
    };
  }

  private static String seconds(Duration time) {
    return time.toMillis() / 1000.0 + " s";
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
