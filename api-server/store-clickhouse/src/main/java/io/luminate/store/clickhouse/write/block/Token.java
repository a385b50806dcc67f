// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import io.luminate.model.TenantId;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** Names an insert: whatever is inserted twice under one token is stored once. */
public record Token(long high, long low) {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Of an insert that only its own process repeats. */
  public static Token random() {
    return new Token(RANDOM.nextLong(), RANDOM.nextLong());
  }

  /** The same in every process; a tenant cannot aim at another's. */
  public static Token of(TenantId tenant, String key, String use) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : new String[] {tenant.value(), key, use}) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
      }
      ByteBuffer words = ByteBuffer.wrap(digest.digest());
      return new Token(words.getLong(), words.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** As ClickHouse reads a UInt128. */
  public BigInteger number() {
    return new BigInteger(1, ByteBuffer.allocate(16).putLong(high).putLong(low).array());
  }

  /** 32 hexadecimal digits. */
  @Override
  public String toString() {
    return String.format("%016x%016x", high, low);
  }
}
