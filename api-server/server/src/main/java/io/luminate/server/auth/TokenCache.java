// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Tokens verified lately, by their SHA-256: no token is kept. Of constant size: each digest has one
 * slot, and the later token takes it. Without locks: a slot is replaced as a whole, and a reader
 * compares the whole digest.
 */
final class TokenCache {
  /** Clients that are active at once, in one process; a power of two. About 3 MB when full. */
  static final int SLOTS = 1 << 13;

  private final AtomicReferenceArray<@Nullable Entry> slots = new AtomicReferenceArray<>(SLOTS);

  private record Entry(byte[] digest, long keysVersion, VerifiedToken token) {}

  static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(token.getBytes(StandardCharsets.ISO_8859_1));
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  /** Null when the token is not known, or was verified by keys that have been replaced since. */
  @Nullable VerifiedToken get(byte[] digest, long keysVersion) {
    Entry entry = slots.get(slot(digest));
    return entry != null
            && entry.keysVersion == keysVersion
            && MessageDigest.isEqual(entry.digest, digest)
        ? entry.token
        : null;
  }

  void put(byte[] digest, long keysVersion, VerifiedToken token) {
    slots.set(slot(digest), new Entry(digest, keysVersion, token));
  }

  private static int slot(byte[] digest) {
    return ((digest[0] & 0xFF) << 8 | (digest[1] & 0xFF)) & (SLOTS - 1);
  }
}
