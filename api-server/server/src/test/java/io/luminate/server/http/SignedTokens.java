// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.auth.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;

/** Real tokens for a {@link RunningServer} that was given the settings here. */
final class SignedTokens {
  private static final String SECRET = "a secret of the tests, 32 bytes or more";

  static final Map<String, String> SETTINGS =
      Map.of("LUMINATE_AUTH_ENABLED", "true", "LUMINATE_AUTH_JWT_SECRET", SECRET);

  static final List<String> ALL_SCOPES = List.of("read", "write", "admin");

  private SignedTokens() {}

  static String of(String tenant) {
    return of(tenant, ALL_SCOPES);
  }

  static String of(String tenant, List<String> scopes) {
    return signed(SECRET, claims(tenant, scopes));
  }

  static String pinned(String tenant, List<String> scopes, Map<String, String> dimensions) {
    Map<String, Object> claims = claims(tenant, scopes);
    claims.put("dimensions", dimensions);
    return signed(SECRET, claims);
  }

  /** With the claims of a page, but living now. */
  static String of(Map<String, ?> claims) {
    Map<String, Object> living = new HashMap<>(claims);
    living.put("iat", nowSeconds() - 10);
    living.put("exp", nowSeconds() + 3_600);
    return signed(SECRET, living);
  }

  static String expired(String tenant) {
    Map<String, Object> claims = claims(tenant, ALL_SCOPES);
    claims.put("iat", nowSeconds() - 7_200);
    claims.put("exp", nowSeconds() - 3_600);
    return signed(SECRET, claims);
  }

  static String ofAnotherIssuer(String tenant) {
    return signed("another secret, of 32 bytes or more too", claims(tenant, ALL_SCOPES));
  }

  /** A good token of one tenant whose claims were replaced by another's. */
  static String forged(String own, String other) {
    String[] parts = of(own).split("\\.");
    return parts[0] + "." + of(other).split("\\.")[1] + "." + parts[2];
  }

  private static String signed(String secret, Map<String, Object> claims) {
    byte[] key = secret.getBytes(StandardCharsets.UTF_8);
    return Tokens.signed("HS256", new SecretKeySpec(key, "HmacSHA256"), claims);
  }

  private static Map<String, Object> claims(String tenant, List<String> scopes) {
    Map<String, Object> claims = new HashMap<>();
    claims.put("sub", "of-" + tenant);
    claims.put("tenant_id", tenant);
    claims.put("scopes", scopes);
    claims.put("iat", nowSeconds() - 10);
    claims.put("exp", nowSeconds() + 3_600);
    return claims;
  }

  private static long nowSeconds() {
    return System.currentTimeMillis() / 1_000;
  }
}
