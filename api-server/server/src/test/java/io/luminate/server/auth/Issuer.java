// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/** An issuer that publishes its keys over HTTP, and can be made to misbehave. */
final class Issuer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger requests = new AtomicInteger();
  private final Semaphore hanging = new Semaphore(0);
  private volatile int status = 200;
  private volatile String body = "";
  private volatile boolean trickling;

  Issuer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.setExecutor(threads);
    server.createContext(
        "/jwks",
        exchange -> {
          requests.incrementAndGet();
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          if (status == 302) {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
          }
          exchange.sendResponseHeaders(status, trickling ? 0 : bytes.length);
          try (OutputStream out = exchange.getResponseBody()) {
            if (trickling) {
              out.write('{');
              out.flush();
              hanging.acquireUninterruptibly();
            } else {
              out.write(bytes);
            }
          }
        });
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
  }

  int requests() {
    return requests.get();
  }

  void answers(int newStatus, String newBody) {
    status = newStatus;
    body = newBody;
  }

  /** Sends headers and a first byte, and nothing more until it is closed. */
  void hangs() {
    trickling = true;
  }

  void publishes(JsonWebKey... keys) {
    answers(200, new JsonWebKeySet(keys).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
  }

  static PublicJsonWebKey jwk(String id, KeyPair pair) {
    try {
      PublicJsonWebKey jwk = PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic());
      jwk.setKeyId(id);
      return jwk;
    } catch (JoseException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    hanging.release(1_000);
    server.stop(0);
    List<Runnable> unstarted = new ArrayList<>(threads.shutdownNow());
    unstarted.clear();
  }
}
