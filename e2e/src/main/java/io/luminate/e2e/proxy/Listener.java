// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/** An open port of a service. Each connection is two threads that copy, one for each direction. */
final class Listener {
  private static final int CONNECT_MILLIS_MAX = 2_000;
  private static final int BACKLOG = 512;

  private final ServerSocket server;
  private volatile List<InetSocketAddress> backends = List.of();

  /** For the accepting thread alone. */
  private int next;

  private Listener(ServerSocket server) {
    this.server = server;
  }

  static Listener open(InetSocketAddress address) throws IOException {
    ServerSocket server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(address, BACKLOG);
    Listener listener = new Listener(server);
    Thread.ofVirtual().name("service-" + address).start(listener::accept);
    return listener;
  }

  void setBackends(List<InetSocketAddress> addresses) {
    backends = addresses;
  }

  /** Connections that are open stay so. */
  void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new AssertionError("a listening socket closes", e);
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        List<InetSocketAddress> now = backends;
        InetSocketAddress backend = now.get(Math.floorMod(next++, now.size()));
        Thread.ofVirtual().start(() -> lead(client, backend));
      } catch (IOException e) {
        // Closed, as the loop's condition sees.
      }
    }
  }

  private static void lead(Socket client, InetSocketAddress backend) {
    try (client;
        Socket server = new Socket()) {
      server.connect(backend, CONNECT_MILLIS_MAX);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Thread answers = Thread.ofVirtual().start(() -> copy(server, client));
      copy(client, server);
      answers.join();
    } catch (IOException e) {
      // The client sees its connection close, as from a pod that is not there.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until its end, which is passed on. */
  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      reset(from);
      reset(to);
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It was closed already.
    }
  }
}
