// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * A listener that loses no connection when it stops. Jetty interrupts the thread that accepts
 * connections; Java then forgets a socket that was being accepted without closing it, and its
 * client waits for an answer that nobody gives. Here the closed listening socket alone ends that
 * thread.
 */
final class DrainingConnector extends ServerConnector {
  private static final int ACCEPTORS = 1;
  private static final int SELECTORS = 2;

  DrainingConnector(Server server, ConnectionFactory... protocols) {
    super(server, ACCEPTORS, SELECTORS, protocols);
  }

  /** Called once the listening socket is closed. */
  @Override
  protected void interruptAcceptors() {
    setAccepting(true); // Wakes a thread that waits for fewer connections.
  }
}
