// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * A keyed 128-bit hash of a series' raw text: two byte spans and a 128-bit scope.
 *
 * <p>Two lanes of NH (Black et al., UMAC, 1999) over 64-bit words, the second with the keys shifted
 * by two (the Toeplitz construction), each ended by a multilinear hash of the sum, the lengths and
 * the scope. For two different inputs a lane collides with a probability below 2⁻⁶³ over the choice
 * of the keys, both lanes together below 2⁻¹²⁶; the keys are drawn per process and never leave it,
 * so nobody can aim.
 */
final class SpanHash {
  /** Both spans, rounded up to words; the cache is bypassed beyond. */
  static final int BYTES_MAX = 2048 + 256;

  private static final int LANE_SHIFT = 2;

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** A key word per message word, and some for rounding up and the second lane. */
  private final long[] keys = new long[BYTES_MAX / Long.BYTES + 8];

  /** Two words for each of the five inputs of a lane's end. */
  private final long[] endKeys = new long[20];

  SpanHash(SecureRandom random) {
    for (int i = 0; i < keys.length; i++) {
      keys[i] = random.nextLong();
    }
    for (int i = 0; i < endKeys.length; i++) {
      endKeys[i] = random.nextLong();
    }
  }

  /**
   * @param bytes readable for seven bytes past the end of either span
   */
  void hash(
      byte[] bytes,
      int nameFrom,
      int nameTo,
      int textFrom,
      int textTo,
      SpanKey scope,
      SpanKey out) {
    long high1 = 0;
    long low1 = 0;
    long high2 = 0;
    long low2 = 0;
    int k = 0;
    int at = nameFrom;
    int to = nameTo;
    for (int span = 0; span < 2; span++) {
      for (; at < to; at += 16, k += 2) {
        long first = word(bytes, at, to);
        long second = at + 8 < to ? word(bytes, at + 8, to) : 0;
        long a = first + keys[k];
        long b = second + keys[k + 1];
        long product = a * b;
        low1 += product;
        high1 += Math.unsignedMultiplyHigh(a, b) + carry(low1, product);
        a = first + keys[k + LANE_SHIFT];
        b = second + keys[k + LANE_SHIFT + 1];
        product = a * b;
        low2 += product;
        high2 += Math.unsignedMultiplyHigh(a, b) + carry(low2, product);
      }
      at = textFrom;
      to = textTo;
    }
    long lengths = (long) (nameTo - nameFrom) << 32 | textTo - textFrom;
    out.high = end(0, high1, low1, lengths, scope);
    out.low = end(10, high2, low2, lengths, scope);
    out.high = out.high == 0 ? 1 : out.high;
  }

  private static long word(byte[] bytes, int at, int to) {
    long word = (long) WORDS.get(bytes, at);
    int left = to - at;
    return left >= 8 ? word : word & -1L >>> 64 - 8 * left;
  }

  private static long carry(long sum, long addend) {
    return Long.compareUnsigned(sum, addend) < 0 ? 1 : 0;
  }

  private long end(int key, long high, long low, long lengths, SpanKey scope) {
    return multilinear(key, high)
        + multilinear(key + 2, low)
        + multilinear(key + 4, lengths)
        + multilinear(key + 6, scope.high)
        + multilinear(key + 8, scope.low);
  }

  /** The high half of a 64 × 128 bit product, modulo 2¹²⁸. */
  private long multilinear(int key, long word) {
    return endKeys[key] * word + Math.unsignedMultiplyHigh(endKeys[key + 1], word);
  }
}
