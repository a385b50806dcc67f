// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import java.time.Duration;

/**
 * How a key set is fetched.
 *
 * @param refreshInterval how old the keys may become
 * @param attemptInterval between two attempts: after a failure, and for tokens with an unknown
 *     {@code kid}, so that hostile tokens cannot make the server flood the issuer
 * @param timeout of one attempt as a whole
 */
record JwksOptions(Duration refreshInterval, Duration attemptInterval, Duration timeout) {
  static final JwksOptions DEFAULT =
      new JwksOptions(Duration.ofMinutes(5), Duration.ofSeconds(5), Duration.ofSeconds(5));
}
