// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit.proxy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One client's connection and the one to the server behind it. One thread carries requests, another
 * the answers; whichever fails ends both.
 */
final class ProxiedConnection {
  private final FaultProxy proxy;
  private final Socket client;
  private final Socket server = new Socket();

  /** Requests that the server has, or is being given, in order. */
  private final Queue<Exchange> unanswered = new ConcurrentLinkedQueue<>();

  private record Exchange(boolean answerLost, boolean headOnly) {}

  ProxiedConnection(FaultProxy proxy, Socket client) {
    this.proxy = proxy;
    this.client = client;
  }

  void carryRequests(InetSocketAddress serverAddress) {
    try (client;
        server) {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(client.getInputStream());
      boolean more = true;
      while (more) {
        more = carryRequest(in, serverAddress);
      }
    } catch (IOException e) {
      cut();
    } finally {
      proxy.forget(this);
    }
  }

  /** Whether there may be another one. */
  private boolean carryRequest(InputStream in, InetSocketAddress serverAddress) throws IOException {
    Optional<HttpMessage> request = HttpMessage.read(in);
    if (request.isEmpty()) {
      return false;
    }
    FaultProxy.Fate fate = proxy.decide();
    if (fate == FaultProxy.Fate.CUT) {
      cut();
      return false;
    }
    proxy.dawdle();
    if (!server.isConnected()) {
      server.connect(serverAddress);
      Thread.ofVirtual().name("proxy-answers").start(this::carryAnswers);
    }
    unanswered.add(
        new Exchange(fate == FaultProxy.Fate.LOSE_ANSWER, request.get().isHeadRequest()));
    OutputStream out = server.getOutputStream();
    if (request.get().isStatement()) {
      passOn(request.get(), in, out);
    } else {
      request.get().writeHead(out);
      request.get().copyRequestBody(in, proxy.keeping(request.get(), out));
    }
    proxy.countForwarded();
    return true;
  }

  private void passOn(HttpMessage request, InputStream in, OutputStream out) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    request.copyRequestBody(in, body);
    String statement = body.toString(StandardCharsets.UTF_8);
    byte[] passed =
        proxy.filter().passedOn(request.target(), statement).getBytes(StandardCharsets.UTF_8);
    request.withBodyOf(passed.length).writeHead(out);
    proxy.keeping(request, out).write(passed);
    out.flush();
  }

  private void carryAnswers() {
    try (client;
        server) {
      InputStream in = new BufferedInputStream(server.getInputStream());
      Optional<HttpMessage> answer = HttpMessage.read(in);
      while (answer.isPresent() && carryAnswer(answer.get(), in)) {
        answer = HttpMessage.read(in);
      }
    } catch (IOException e) {
      cut();
    }
  }

  /** Whether there may be another one. */
  private boolean carryAnswer(HttpMessage answer, InputStream in) throws IOException {
    Exchange exchange =
        Optional.ofNullable(answer.isInterim() ? unanswered.peek() : unanswered.poll())
            .orElse(new Exchange(false, false));
    OutputStream out =
        exchange.answerLost() && !answer.isInterim()
            ? OutputStream.nullOutputStream()
            : client.getOutputStream();
    proxy.dawdle();
    answer.writeHead(out);
    if (answer.isInterim()) {
      return true;
    }
    answer.copyAnswerBody(in, out, exchange.headOnly());
    if (exchange.answerLost()) {
      proxy.countLostAnswer();
      cut();
    }
    return !exchange.answerLost();
  }

  /** The client sees a reset; the server an end, as of any client that goes away. */
  void cut() {
    try {
      client.setSoLinger(true, 0);
    } catch (IOException closedAlready) {
      return;
    } finally {
      close(client);
      close(server);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket that cannot be closed", e);
    }
  }
}
