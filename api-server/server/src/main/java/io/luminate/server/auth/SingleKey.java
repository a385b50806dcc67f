// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

/** One configured key: a token's {@code kid} says nothing about it. */
record SingleKey(VerificationKey key) implements VerificationKeys {
  @Override
  public VerificationKey find(String id, String algorithm) {
    if (!key.allows(algorithm)) {
      throw AuthException.unauthorized(
          "the token's algorithm is not allowed; expected one of " + key.algorithms());
    }
    return key;
  }

  @Override
  public long version() {
    return 0;
  }
}
