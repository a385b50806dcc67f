// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The 128-bit hash of a series' canonical dimensions: MurmurHash3 x64 128 with seed 0 (Austin
 * Appleby, public domain), {@code high} being its first word. It gives series an order that every
 * store shares, unsigned, {@code high} before {@code low}; identity is never decided by it alone.
 */
public record SeriesHash(long high, long low) implements Comparable<SeriesHash> {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;

  /** Hashes {@code length} bytes from {@code offset}. */
  public static SeriesHash of(byte[] bytes, int offset, int length) {
    long h1 = 0;
    long h2 = 0;
    int blocksEnd = offset + (length & ~15);
    for (int i = offset; i < blocksEnd; i += 16) {
      h1 ^= mixFirst((long) LONGS.get(bytes, i));
      h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729L;
      h2 ^= mixSecond((long) LONGS.get(bytes, i + 8));
      h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5L;
    }
    int tail = length & 15;
    h2 ^= tail > 8 ? mixSecond(tailWord(bytes, blocksEnd + 8, tail - 8)) : 0;
    h1 ^= tail > 0 ? mixFirst(tailWord(bytes, blocksEnd, Math.min(tail, 8))) : 0;
    return finish(h1 ^ length, h2 ^ length);
  }

  private static SeriesHash finish(long first, long second) {
    long h1 = first + second;
    long h2 = second + h1;
    h1 = avalanche(h1);
    h2 = avalanche(h2);
    h1 += h2;
    return new SeriesHash(h1, h2 + h1);
  }

  private static long tailWord(byte[] bytes, int offset, int count) {
    long word = 0;
    for (int i = count - 1; i >= 0; i--) {
      word = word << 8 | bytes[offset + i] & 0xFF;
    }
    return word;
  }

  private static long mixFirst(long k) {
    return Long.rotateLeft(k * C1, 31) * C2;
  }

  private static long mixSecond(long k) {
    return Long.rotateLeft(k * C2, 33) * C1;
  }

  private static long avalanche(long value) {
    long k = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
    k = (k ^ k >>> 33) * 0xc4ceb9fe1a85ec53L;
    return k ^ k >>> 33;
  }

  @Override
  public int compareTo(SeriesHash other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }
}
