// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * Remembers the series handle of a metric name and of the unparsed bytes of its dimensions, so that
 * a repeated series is neither parsed nor looked up. Holds only spans that passed all rules.
 *
 * <p>One array, three words a slot, eight slots a bucket:
 *
 * <pre>
 *   keyHigh ^ spread(handle) | keyLow ^ rotate(spread(handle)) | handle
 * </pre>
 *
 * Reads and writes are plain and unlocked. The exclusive-or ties the words of a slot together: a
 * slot caught half-written reads as another key, which is a miss. A full bucket overwrites one of
 * its slots, so the size is fixed.
 */
public final class SeriesCache {
  /** 48 MiB: a million series at half load. */
  public static final int SLOTS_MAX = 1 << 21;

  /** A longer text of dimensions is parsed every time. */
  static final int TEXT_BYTES_MAX = 2048;

  private static final int SLOTS_MIN = 1 << 12;
  private static final int WORDS_PER_SLOT = 3;
  private static final int BUCKET_SLOTS = 8;

  /** Below every handle: stores hand out numbers from 0 up. */
  public static final long MISS = -1;

  private static final VarHandle TABLE = MethodHandles.arrayElementVarHandle(long[].class);

  private final SpanHash hash;
  private final byte[] scopeSecret = new byte[32];
  private final int slotsMax;
  private volatile long[] table = new long[SLOTS_MIN * WORDS_PER_SLOT];

  /** Written without a lock: a lost count only delays growing. */
  private int inserted;

  public SeriesCache(int slotsMax) {
    SecureRandom random = new SecureRandom();
    random.nextBytes(scopeSecret);
    this.hash = new SpanHash(random);
    this.slotsMax = Math.max(SLOTS_MIN, Integer.highestOneBit(slotsMax));
  }

  /** Binds keys to a tenant and its pins; once per request. */
  public void scope(IngestScope scope, SpanKey out) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(scopeSecret);
      digest.update(scope.tenant().value().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      ByteBuffer words = ByteBuffer.wrap(digest.digest(scope.pins().canonicalBytes()));
      out.high = words.getLong();
      out.low = words.getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether spans of these lengths are remembered at all. */
  public static boolean holds(int nameBytes, int textBytes) {
    return nameBytes <= PointRules.NAME_LENGTH_MAX && textBytes <= TEXT_BYTES_MAX;
  }

  public void key(
      byte[] bytes,
      int nameFrom,
      int nameTo,
      int textFrom,
      int textTo,
      SpanKey scope,
      SpanKey out) {
    hash.hash(bytes, nameFrom, nameTo, textFrom, textTo, scope, out);
  }

  /** The handle, which the store may have forgotten meanwhile, or {@link #MISS}. */
  public long get(SpanKey key) {
    long[] words = table;
    int at = bucket(words, key);
    for (int i = 0; i < BUCKET_SLOTS; i++, at += WORDS_PER_SLOT) {
      long handle = (long) TABLE.getOpaque(words, at + 2);
      long spread = spread(handle);
      if (((long) TABLE.getOpaque(words, at) ^ spread) == key.high
          && ((long) TABLE.getOpaque(words, at + 1) ^ Long.rotateLeft(spread, 32)) == key.low) {
        return handle;
      }
    }
    return MISS;
  }

  /**
   * Brings the key's bucket into the processor's cache: its first two lines, where {@link #get}
   * mostly ends.
   *
   * @return a number that depends on what was loaded, and means nothing
   */
  public long touch(SpanKey key) {
    long[] words = table;
    int at = bucket(words, key);
    return (long) TABLE.getOpaque(words, at) ^ (long) TABLE.getOpaque(words, at + Long.BYTES);
  }

  public void put(SpanKey key, long handle) {
    long[] words = table;
    if (++inserted > words.length / WORDS_PER_SLOT / 2) {
      words = grow(words);
    }
    insert(words, key, handle);
  }

  private static void insert(long[] words, SpanKey key, long handle) {
    int at = slot(words, key);
    long spread = spread(handle);
    TABLE.setOpaque(words, at + 2, handle);
    TABLE.setOpaque(words, at + 1, key.low ^ Long.rotateLeft(spread, 32));
    TABLE.setOpaque(words, at, key.high ^ spread);
  }

  /** The slot that has the key already, else an empty one, else any. */
  private static int slot(long[] words, SpanKey key) {
    int bucket = bucket(words, key);
    for (int i = 0; i < BUCKET_SLOTS; i++) {
      int at = bucket + i * WORDS_PER_SLOT;
      if ((long) TABLE.getOpaque(words, at) == 0 || holds(words, at, key)) {
        return at;
      }
    }
    return bucket + (int) (key.low >>> 61) * WORDS_PER_SLOT;
  }

  private static boolean holds(long[] words, int at, SpanKey key) {
    long spread = spread((long) TABLE.getOpaque(words, at + 2));
    return ((long) TABLE.getOpaque(words, at) ^ spread) == key.high
        && ((long) TABLE.getOpaque(words, at + 1) ^ Long.rotateLeft(spread, 32)) == key.low;
  }

  private synchronized long[] grow(long[] seen) {
    if (table.length != seen.length || seen.length / WORDS_PER_SLOT >= slotsMax) {
      return table;
    }
    long[] larger = new long[seen.length * 2];
    SpanKey key = new SpanKey();
    for (int at = 0; at < seen.length; at += WORDS_PER_SLOT) {
      long handle = seen[at + 2];
      key.high = seen[at] ^ spread(handle);
      key.low = seen[at + 1] ^ Long.rotateLeft(spread(handle), 32);
      if (key.high != 0) {
        insert(larger, key, handle);
      }
    }
    table = larger;
    return larger;
  }

  private static int bucket(long[] words, SpanKey key) {
    int buckets = words.length / (WORDS_PER_SLOT * BUCKET_SLOTS);
    return (int) (key.high & buckets - 1) * (WORDS_PER_SLOT * BUCKET_SLOTS);
  }

  /** 0 stays 0, so an empty slot has the key 0, which no series has. */
  private static long spread(long handle) {
    long mixed = handle * 0x9E3779B97F4A7C15L;
    return mixed ^ mixed >>> 32;
  }
}
