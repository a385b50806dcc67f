// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import java.security.Key;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jspecify.annotations.Nullable;

/**
 * A key and the algorithms that it may be used with, which follow from the key alone: a token
 * cannot choose. A token signed by HMAC over the text of a public key finds no key that allows
 * HMAC.
 *
 * @param id the {@code kid}, {@code ""} for a key without
 */
record VerificationKey(String id, Key key, List<String> algorithms) {
  /** NIST SP 800-131A; jose4j refuses smaller ones as well. */
  private static final int RSA_BITS_MIN = 2_048;

  private static final List<String> RSA =
      List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

  /** RFC 7518 §3.2: a key at least as long as the hash. */
  static VerificationKey hmac(byte[] secret) {
    List<String> algorithms =
        secret.length >= 64
            ? List.of("HS256", "HS384", "HS512")
            : secret.length >= 48 ? List.of("HS256", "HS384") : List.of("HS256");
    return new VerificationKey("", new HmacKey(secret), algorithms);
  }

  /** No algorithms: the key is of a kind, or too weak, to be used. */
  static VerificationKey of(String id, Key key) {
    List<String> algorithms =
        switch (key) {
          case RSAPublicKey rsa when rsa.getModulus().bitLength() >= RSA_BITS_MIN -> RSA;
          case ECPublicKey ec -> ofCurve(EllipticCurves.getName(ec.getParams().getCurve()));
          default -> List.of();
        };
    return new VerificationKey(id, key, algorithms);
  }

  VerificationKey only(String algorithm) {
    return new VerificationKey(
        id, key, algorithms.contains(algorithm) ? List.of(algorithm) : List.of());
  }

  boolean usable() {
    return !algorithms.isEmpty();
  }

  boolean allows(String algorithm) {
    return algorithms.contains(algorithm);
  }

  private static List<String> ofCurve(@Nullable String curve) {
    return switch (curve) {
      case EllipticCurves.P_256 -> List.of("ES256");
      case EllipticCurves.P_384 -> List.of("ES384");
      case EllipticCurves.P_521 -> List.of("ES512");
      case null, default -> List.of();
    };
  }

  /** Public keys are public, secrets are not: neither is shown. */
  @Override
  public String toString() {
    return "VerificationKey[id=" + id + ", algorithms=" + algorithms + "]";
  }
}
