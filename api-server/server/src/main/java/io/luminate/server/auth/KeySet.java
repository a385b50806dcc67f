// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/**
 * The usable keys of a JWKS document. Only RSA and EC keys for signatures count: a symmetric key in
 * a published document would be known to everyone.
 *
 * @param version grows with every change of the keys
 */
record KeySet(long version, List<VerificationKey> keys) {
  static final KeySet EMPTY = new KeySet(0, List.of());

  /** Bounds the search of one token's key. */
  private static final int KEYS_MAX = 100;

  static List<VerificationKey> parse(String json) throws IOException {
    List<VerificationKey> keys = new ArrayList<>();
    try {
      for (JsonWebKey key : new JsonWebKeySet(json).getJsonWebKeys()) {
        usable(key).ifPresent(keys::add);
      }
    } catch (JoseException | RuntimeException malformed) {
      // The parser throws more kinds on a malformed key than it declares.
      throw new IOException("not a JWKS document", malformed);
    }
    if (keys.isEmpty() || keys.size() > KEYS_MAX) {
      throw new IOException(
          "expected 1 to " + KEYS_MAX + " RSA or EC keys for signatures, got " + keys.size());
    }
    return keys;
  }

  KeySet replacedBy(List<VerificationKey> fetched) {
    return fetched.equals(keys) ? this : new KeySet(version + 1, List.copyOf(fetched));
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  boolean knows(String id) {
    return id.isEmpty() ? !keys.isEmpty() : keys.stream().anyMatch(key -> key.id().equals(id));
  }

  /** A token without {@code kid} must leave no choice. */
  VerificationKey find(String id, String algorithm) {
    List<VerificationKey> fitting =
        keys.stream()
            .filter(key -> id.isEmpty() || key.id().equals(id))
            .filter(key -> key.allows(algorithm))
            .toList();
    if (fitting.size() != 1) {
      throw AuthException.unauthorized(
          fitting.isEmpty()
              ? "the token's key is not known, or not for its algorithm"
              : "the token must name its key (kid)");
    }
    return fitting.getFirst();
  }

  private static Optional<VerificationKey> usable(JsonWebKey jwk) {
    if (!(jwk instanceof PublicJsonWebKey publicJwk) || "enc".equals(jwk.getUse())) {
      return Optional.empty();
    }
    String id = Optional.ofNullable(jwk.getKeyId()).orElse("");
    VerificationKey key = VerificationKey.of(id, publicJwk.getPublicKey());
    return Optional.of(jwk.getAlgorithm() == null ? key : key.only(jwk.getAlgorithm()))
        .filter(VerificationKey::usable);
  }
}
