// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import io.luminate.server.config.ConfigException;
import io.luminate.server.config.KeySource;

/** The keys that tokens are verified with. */
interface VerificationKeys extends AutoCloseable {
  /**
   * The key for a token.
   *
   * @param id the token's {@code kid}, {@code ""} where it has none
   * @throws AuthException when there is none
   */
  VerificationKey find(String id, String algorithm);

  /** Another number after keys were added or removed: what older keys proved is proved anew. */
  long version();

  @Override
  default void close() {}

  static VerificationKeys of(KeySource source) throws ConfigException {
    return switch (source) {
      case KeySource.HmacSecret hmac ->
          new SingleKey(VerificationKey.hmac(hmac.secret().revealBytes()));
      case KeySource.PublicKeyFile file -> new SingleKey(PublicKeyPem.read(file.path()));
      case KeySource.JwksUrl jwks -> JwksKeys.start(jwks.url(), JwksOptions.DEFAULT);
      case KeySource.None none ->
          throw new IllegalArgumentException("authentication is on and there is no key");
    };
  }
}
