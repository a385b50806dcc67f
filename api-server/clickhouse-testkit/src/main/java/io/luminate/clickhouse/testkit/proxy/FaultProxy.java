// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit.proxy;

import io.luminate.testkit.FreePorts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * An address in front of an HTTP/1.1 server where everything arrives, until told otherwise. Faults
 * are counted in requests, never in time, so a test knows which request meets which.
 */
public final class FaultProxy implements AutoCloseable {
  /** What becomes of a request. */
  enum Fate {
    FORWARD,
    CUT,
    LOSE_ANSWER
  }

  private static final int BACKLOG = 128;

  /** A test that waits longer has failed. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final StatementFilter filter;
  private final InetSocketAddress server;
  private final InetSocketAddress address;

  /** Guards everything below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition healed = lock.newCondition();
  private final Condition begun = lock.newCondition();
  private final Set<ProxiedConnection> connections = new HashSet<>();
  private ServerSocket listener;
  private long delayNanos;
  private int holdFrom = Integer.MAX_VALUE;
  private int toCut;
  private int toLose;
  private int requests;
  private int forwarded;
  private int lostAnswers;
  private boolean keepsTexts;
  private final List<ByteArrayOutputStream> texts = new ArrayList<>();

  private FaultProxy(InetSocketAddress server, InetSocketAddress address, StatementFilter filter) {
    this.filter = filter;
    this.server = server;
    this.address = address;
    this.listener = listen();
  }

  public static FaultProxy inFrontOf(URI httpUrl) {
    return inFrontOf(httpUrl, StatementFilter.NONE);
  }

  public static FaultProxy inFrontOf(URI httpUrl, StatementFilter filter) {
    InetSocketAddress server = new InetSocketAddress(httpUrl.getHost(), httpUrl.getPort());
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    return new FaultProxy(server, new InetSocketAddress(loopback, FreePorts.next()), filter);
  }

  /** To be used in place of the server's; the same whatever is done to the proxy. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + address.getPort());
  }

  /** Requests and answers wait that long each; {@link #heal} sends the waiting ones on. */
  public void delayEachWay(Duration delay) {
    locked(() -> delayNanos = delay.toNanos());
  }

  /**
   * The requests from that one on wait, as {@link #requests} counts them, until there is another
   * number.
   */
  public void holdFrom(int request) {
    locked(
        () -> {
          holdFrom = request;
          healed.signalAll();
        });
  }

  /** The connections of the next requests are reset, and the server sees nothing of those. */
  public void cutRequests(int count) {
    locked(() -> toCut = count);
  }

  /**
   * The next requests, after those to be cut, reach the server whole; it does what they ask, and
   * its answer is dropped and the connection reset.
   */
  public void loseAnswers(int count) {
    locked(() -> toLose = count);
  }

  /** Open connections are reset and new ones refused, as of a server that is not there. */
  public void refuse() {
    locked(() -> close(listener));
    cutAll();
  }

  /** From now on everything arrives. */
  public void heal() {
    locked(
        () -> {
          delayNanos = 0;
          holdFrom = Integer.MAX_VALUE;
          toCut = 0;
          toLose = 0;
          healed.signalAll();
          if (listener.isClosed()) {
            listener = listen();
          }
        });
  }

  /** Requests that clients began, whatever became of them. */
  public int requests() {
    return counted(() -> requests);
  }

  /** Returns once clients have begun that many requests. */
  public void awaitRequests(int count) throws InterruptedException {
    lock.lock();
    try {
      long leftNanos = PATIENCE.toNanos();
      while (requests < count && leftNanos > 0) {
        leftNanos = begun.awaitNanos(leftNanos);
      }
      if (requests < count) {
        throw new IllegalStateException(
            "%d requests in place of %d within %s".formatted(requests, count, PATIENCE));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Those of them that the server was given whole. */
  public int forwarded() {
    return counted(() -> forwarded);
  }

  /** Those of them that the server answered in vain. */
  public int lostAnswers() {
    return counted(() -> lostAnswers);
  }

  /** From now on the bodies of requests that are texts are kept, beside being sent on. */
  public void keepTexts() {
    locked(() -> keepsTexts = true);
  }

  /** What was kept: statements as they were sent, or forms with a statement and its parameters. */
  public List<String> texts() {
    lock.lock();
    try {
      return texts.stream().map(text -> text.toString(StandardCharsets.UTF_8)).toList();
    } finally {
      lock.unlock();
    }
  }

  StatementFilter filter() {
    return filter;
  }

  /** Where the request's body goes. */
  OutputStream keeping(HttpMessage request, OutputStream server) {
    lock.lock();
    try {
      if (!keepsTexts || !request.isText()) {
        return server;
      }
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      texts.add(text);
      return new CopyingOutput(server, text);
    } finally {
      lock.unlock();
    }
  }

  private ServerSocket listen() {
    try {
      ServerSocket opened = new ServerSocket();
      opened.setReuseAddress(true);
      opened.bind(address, BACKLOG);
      Thread.ofPlatform().daemon().name("proxy-" + address.getPort()).start(() -> accept(opened));
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy cannot listen on " + address, e);
    }
  }

  private void accept(ServerSocket from) {
    try {
      while (!from.isClosed()) {
        begin(new ProxiedConnection(this, from.accept()), from);
      }
    } catch (IOException e) {
      // Closed by refuse() or close().
      close(from);
    }
  }

  private void begin(ProxiedConnection connection, ServerSocket from) {
    lock.lock();
    try {
      if (from.isClosed()) {
        connection.cut();
      } else {
        connections.add(connection);
        Thread.ofVirtual().name("proxy-requests").start(() -> connection.carryRequests(server));
      }
    } finally {
      lock.unlock();
    }
  }

  void forget(ProxiedConnection connection) {
    locked(() -> connections.remove(connection));
  }

  /** The fate of the request that has just begun, once it may go on. */
  Fate decide() throws IOException {
    lock.lock();
    try {
      int request = ++requests;
      begun.signalAll();
      while (request >= holdFrom) {
        healed.await();
      }
      if (toCut > 0) {
        toCut--;
        return Fate.CUT;
      }
      if (toLose > 0) {
        toLose--;
        return Fate.LOSE_ANSWER;
      }
      return Fate.FORWARD;
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      lock.unlock();
    }
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IOException("interrupted", e);
  }

  /** As long as told when it began, or until everything is well again. */
  void dawdle() throws IOException {
    lock.lock();
    try {
      long left = delayNanos;
      while (left > 0 && delayNanos > 0) {
        left = healed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      lock.unlock();
    }
  }

  void countForwarded() {
    locked(() -> forwarded++);
  }

  void countLostAnswer() {
    locked(() -> lostAnswers++);
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  private int counted(IntSupplier count) {
    lock.lock();
    try {
      return count.getAsInt();
    } finally {
      lock.unlock();
    }
  }

  private void cutAll() {
    List<ProxiedConnection> all;
    lock.lock();
    try {
      all = List.copyOf(connections);
    } finally {
      lock.unlock();
    }
    all.forEach(ProxiedConnection::cut);
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    locked(
        () -> {
          close(listener);
          delayNanos = 0;
          holdFrom = Integer.MAX_VALUE;
          healed.signalAll();
        });
    cutAll();
  }
}
