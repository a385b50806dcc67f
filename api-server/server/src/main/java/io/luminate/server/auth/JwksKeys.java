// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuer's keys, fetched over HTTP: in the background, and at once when a token names a key
 * that is not known yet (a rotation). While the issuer is away the last keys stay in use.
 *
 * <p>Concurrency: {@code current} is replaced as a whole; {@code attempt} is held during a fetch,
 * so that callers with the same unknown key wait for one fetch together, no longer than its
 * timeout.
 */
final class JwksKeys implements VerificationKeys {
  private static final Logger LOG = LoggerFactory.getLogger(JwksKeys.class);

  /** Some issuers publish dozens of keys; no honest key set comes near this. */
  private static final int RESPONSE_BYTES_MAX = 256 << 10;

  private final URI url;
  private final JwksOptions options;
  private final HttpClient client;
  private final ScheduledExecutorService background;
  private final ReentrantLock attempt = new ReentrantLock();
  private volatile KeySet current = KeySet.EMPTY;
  private volatile long nextAttemptNanos = System.nanoTime();
  private volatile long nextRefreshNanos = System.nanoTime();
  private boolean failing;

  private JwksKeys(URI url, JwksOptions options) {
    this.url = url;
    this.options = options;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(options.timeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    this.background =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("jwks-refresh").factory());
  }

  /**
   * Fetches once before it returns; an issuer that is away does not keep the server from starting.
   */
  static JwksKeys start(URI url, JwksOptions options) {
    JwksKeys keys = new JwksKeys(url, options);
    keys.refreshIfDue();
    long everyNanos = options.attemptInterval().toNanos();
    // The executor is shut down with the keys, and refreshIfDue throws nothing.
    var unused =
        keys.background.scheduleWithFixedDelay(
            keys::refreshIfDue, everyNanos, everyNanos, TimeUnit.NANOSECONDS);
    return keys;
  }

  @Override
  public VerificationKey find(String id, String algorithm) {
    if (!current.knows(id)) {
      attemptOnce();
    }
    KeySet keys = current;
    if (keys.isEmpty()) {
      throw new AuthException(
          AuthException.Reason.KEYS_UNAVAILABLE,
          "the keys that verify tokens cannot be fetched at the moment");
    }
    return keys.find(id, algorithm);
  }

  @Override
  public long version() {
    return current.version();
  }

  @Override
  public void close() {
    background.shutdownNow();
    client.shutdownNow();
  }

  private void refreshIfDue() {
    if (nextRefreshNanos - System.nanoTime() <= 0) {
      attemptOnce();
    }
  }

  /** Whoever waited for another's attempt finds the next one not due yet. */
  private void attemptOnce() {
    attempt.lock();
    try {
      if (nextAttemptNanos - System.nanoTime() <= 0) {
        refresh();
        nextAttemptNanos = System.nanoTime() + options.attemptInterval().toNanos();
      }
    } finally {
      attempt.unlock();
    }
  }

  private void refresh() {
    try {
      current = current.replacedBy(KeySet.parse(fetch()));
      nextRefreshNanos = System.nanoTime() + options.refreshInterval().toNanos();
      if (failing) {
        LOG.info("The keys at {} can be fetched again", url);
      }
      failing = false;
    } catch (IOException failure) {
      if (!failing) {
        LOG.warn("Cannot fetch the keys at {}, will retry: {}", url, failure.getMessage());
      }
      failing = true;
    }
  }

  /** The timeout covers the body too: HttpRequest's own ends with the headers. */
  private String fetch() throws IOException {
    HttpRequest request = HttpRequest.newBuilder(url).header("Accept", "application/json").build();
    CompletableFuture<HttpResponse<String>> reply =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofString(), RESPONSE_BYTES_MAX));
    try {
      HttpResponse<String> response = reply.get(options.timeout().toNanos(), TimeUnit.NANOSECONDS);
      if (response.statusCode() != 200) {
        throw new IOException("status " + response.statusCode());
      }
      return response.body();
    } catch (TimeoutException slow) {
      throw new IOException("no complete reply within " + options.timeout(), slow);
    } catch (ExecutionException failed) {
      throw new IOException(String.valueOf(failed.getCause()), failed);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopping);
    } finally {
      reply.cancel(true);
    }
  }
}
