// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/** Verifies a token's signature, then what it claims. */
final class TokenVerifier {
  private final VerificationKeys keys;
  private final ClaimRules rules;

  TokenVerifier(VerificationKeys keys, Duration tokenExpiry, InstantSource clock) {
    this.keys = keys;
    this.rules = new ClaimRules(tokenExpiry, clock);
  }

  /** Throws {@link AuthException} unless all of the token is good. */
  VerifiedToken verify(String token) {
    return rules.check(verifiedClaims(token));
  }

  long keysVersion() {
    return keys.version();
  }

  void close() {
    keys.close();
  }

  /** Nothing in the payload is parsed before the signature has been verified. */
  private Map<String, Object> verifiedClaims(String token) {
    try {
      JsonWebSignature signature = new JsonWebSignature();
      signature.setCompactSerialization(token);
      String id = header(signature, "kid");
      VerificationKey key = keys.find(id, header(signature, "alg"));
      signature.setAlgorithmConstraints(
          new AlgorithmConstraints(ConstraintType.PERMIT, key.algorithms().toArray(String[]::new)));
      signature.setKey(key.key());
      if (!signature.verifySignature()) {
        throw AuthException.unauthorized("the token's signature is not valid");
      }
      return JsonUtil.parseJson(signature.getPayload());
    } catch (AuthException refused) {
      throw refused;
    } catch (JoseException | RuntimeException malformed) {
      // The parser throws more kinds on hostile input than it declares; each is a refusal.
      throw AuthException.unauthorized("the token is malformed or its key does not fit");
    }
  }

  private static String header(JsonWebSignature signature, String name) {
    return switch (signature.getHeaders().getObjectHeaderValue(name)) {
      case null -> "";
      case String text -> text;
      default -> throw AuthException.unauthorized("the token's header has a wrong type");
    };
  }
}
