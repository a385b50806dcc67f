// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import io.luminate.server.config.AuthConfig;
import io.luminate.server.config.ConfigException;
import io.luminate.server.config.KeySource;
import java.time.InstantSource;

/** Finds out who is calling. Safe for use by many threads. */
public interface Authenticator extends AutoCloseable {
  /**
   * The caller behind the value of an {@code Authorization} header, {@code ""} where there is none.
   *
   * @throws AuthException when there is no good token
   */
  Principal authenticate(String authorizationHeader);

  @Override
  void close();

  /**
   * The one that the configuration asks for.
   *
   * @throws ConfigException when the configured key is of no use
   */
  static Authenticator of(AuthConfig config, InstantSource clock) throws ConfigException {
    if (!config.enabled()) {
      return new AnonymousAuthenticator();
    }
    VerificationKeys keys = VerificationKeys.of(config.keySource());
    return new BearerAuthenticator(new TokenVerifier(keys, config.tokenExpiry(), clock), clock);
  }

  /**
   * Reads the key of the configuration and starts nothing. What an issuer publishes is not fetched:
   * its absence does not keep a server from starting either.
   *
   * @throws ConfigException when the configured key is of no use
   */
  static void check(AuthConfig config) throws ConfigException {
    switch (config.keySource()) {
      case KeySource.PublicKeyFile file -> PublicKeyPem.read(file.path());
      case KeySource.HmacSecret hmac -> VerificationKey.hmac(hmac.secret().revealBytes());
      case KeySource.JwksUrl url -> {}
      case KeySource.None none -> {}
    }
  }
}
