// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Hashes for annotations, by which pods roll. */
public final class Digests {
  /** Up to a tenth of a second for us, and as much for each guess of whoever reads annotations. */
  private static final int ITERATIONS = 20_000;

  private static final int SLOW_BITS = 128;

  /** Twice as many as one operator is meant for has clusters, each with one. */
  private static final int REMEMBERED_MAX = 1_000;

  /** Each pass wants the same again, which would be most of what it costs. */
  private static final Map<Salted, String> REMEMBERED =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Salted, String> eldest) {
              return size() > REMEMBERED_MAX;
            }
          });

  /** Of a text its hash, as secrets are not kept. */
  private record Salted(String sha256, String salt) {}

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
    Salted salted = new Salted(sha256(text), salt);
    // Not while others wait for it, as it takes long.
    return Optional.ofNullable(REMEMBERED.get(salted)).orElseGet(() -> remembered(salted));
  }

  private static String remembered(Salted salted) {
    String hash = slow(salted);
    REMEMBERED.put(salted, hash);
    return hash;
  }

  private static String slow(Salted salted) {
    PBEKeySpec spec =
        new PBEKeySpec(
            salted.sha256().toCharArray(),
            salted.salt().getBytes(StandardCharsets.UTF_8),
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
