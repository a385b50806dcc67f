// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.net.URI;
import java.nio.file.Path;

/** Where the keys that verify tokens come from: exactly one source, or none while auth is off. */
public sealed interface KeySource {
  /** No key: authentication is off. */
  record None() implements KeySource {}

  /** A secret shared with the issuer. */
  record HmacSecret(Secret secret) implements KeySource {
    /** RFC 7518 §3.2: a key of the hash's size or larger; SHA-256 gives 32 bytes. */
    public static final int SECRET_BYTES_MIN = 32;
  }

  /** A PEM file with the issuer's RSA or EC public key. */
  record PublicKeyFile(Path path) implements KeySource {}

  /** The issuer's key set over HTTP. */
  record JwksUrl(URI url) implements KeySource {}
}
