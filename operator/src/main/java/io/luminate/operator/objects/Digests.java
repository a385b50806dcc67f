// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Hashes for annotations, by which pods roll. */
public final class Digests {
  /** Some milliseconds for us, and as much for each guess of whoever reads annotations. */
  private static final int ITERATIONS = 20_000;

  private static final int SLOW_BITS = 128;

  private Digests() {}

  public static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Of secrets. More people may read a pod than a Secret, and passwords can be guessed: so it is
   * slow, and another for each salt.
   */
  static String slow(String text, String salt) {
    PBEKeySpec spec =
        new PBEKeySpec(
            sha256(text).toCharArray(),
            salt.getBytes(StandardCharsets.UTF_8),
            ITERATIONS,
            SLOW_BITS);
    try {
      return HexFormat.of()
          .formatHex(
              SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                  .generateSecret(spec)
                  .getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PBKDF2", e);
    }
  }
}
