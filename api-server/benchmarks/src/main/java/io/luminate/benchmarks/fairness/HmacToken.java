// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.fairness;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A token that a server with this secret takes: a JWT of HS256. */
final class HmacToken {
  private static final Duration LIFE = Duration.ofHours(6);
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private HmacToken() {}

  /** May read and write. */
  static String of(String secret, String tenant, Instant now) {
    String claims =
        "{\"sub\":\"bench\",\"tenant_id\":\"%s\",\"scopes\":[\"read\",\"write\"],\"iat\":%d,\"exp\":%d}"
            .formatted(tenant, now.getEpochSecond(), now.plus(LIFE).getEpochSecond());
    String signed = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encode(claims);
    return signed + "." + BASE64.encodeToString(mac(secret, signed));
  }

  private static String encode(String json) {
    return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] mac(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
