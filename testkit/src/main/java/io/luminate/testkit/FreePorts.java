// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ports of 127.0.0.1 that a server keeps over its restarts. They lie below the ports that systems
 * give to outgoing connections (from 32768 on Linux, from 49152 elsewhere): there, a client that
 * keeps trying the port of a dead server is in the end connected to itself.
 */
public final class FreePorts {
  private static final int FIRST = 15_000;
  private static final int COUNT = 15_000;
  private static final int TRIES_MAX = 1_000;

  /**
   * A process's own ports: between asking for one and listening there, another would find it free
   * as well.
   */
  private static final int OWN = 500;

  private static final int OWN_FIRST =
      FIRST + (int) (ProcessHandle.current().pid() % (COUNT / OWN)) * OWN;

  /** Differs between processes that have the same ports after all. */
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  /** A port that nobody listens on now, and that this process was not given before. */
  public static int next() {
    for (int i = 0; i < TRIES_MAX; i++) {
      // Where most of its own are gone, those of others will do.
      int port = i < OWN ? OWN_FIRST + RANDOM.nextInt(OWN) : FIRST + RANDOM.nextInt(COUNT);
      if (isFree(port) && GIVEN.add(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "no free port of 127.0.0.1 from %d to %d in %d tries"
            .formatted(FIRST, FIRST + COUNT - 1, TRIES_MAX));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      return true;
    } catch (IOException inUse) {
      return false;
    }
  }
}
