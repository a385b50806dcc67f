// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens of a tenant, signed with the secret that the tests' clusters have. */
public final class TenantToken {
  public static final String SECRET = "a secret of the tests, 32 bytes or more";

  private TenantToken() {}

  public static String of(String tenant) {
    return of(tenant, SECRET);
  }

  public static String of(String tenant, String secret) {
    long nowSeconds = System.currentTimeMillis() / 1000;
    String claims =
        """
        {"sub": "test", "tenant_id": "%s", "scopes": ["read", "write"], "iat": %d, "exp": %d}"""
            .formatted(tenant, nowSeconds - 10, nowSeconds + 3_000);
    String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + base64(claims);
    return signed + "." + base64(mac(signed, secret));
  }

  private static byte[] mac(String text, String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
