// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.testkit;

import java.security.SecureRandom;

/** Addresses of this machine alone, for servers whose port is not theirs to choose. */
public final class Loopback {
  private static final String NETWORK = any();

  private Loopback() {}

  private static String any() {
    SecureRandom random = new SecureRandom();
    return "127.%d.%d.".formatted(64 + random.nextInt(64), random.nextInt(256));
  }

  /**
   * All but the last number of addresses that are this process's own: others on the machine that
   * test at the same time have theirs.
   */
  public static String network() {
    return NETWORK;
  }
}
