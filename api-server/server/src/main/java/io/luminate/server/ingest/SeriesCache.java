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
 * <p>One array, three words a slot, eight slots a bucket, two buckets a key:
 *
 * <pre>
 *   keyHigh ^ spread(handle) | keyLow ^ rotate(spread(handle)) | handle
 * </pre>
 *
 * Reads and writes are plain and unlocked. The exclusive-or ties the words of a slot together: a
 * slot caught half-written reads as another key, which is a miss. Where both buckets of a key are
 * full, one of the keys there moves to its other bucket; if none can, one is overwritten, so the
 * size is fixed.
 */
public final class SeriesCache {
  public static final int BYTES_PER_SLOT = 24;

  /** An array of 1.6 GB. */
  public static final int SLOTS_MAX = 1 << 26;

  /** A longer text of dimensions is parsed every time. */
  static final int TEXT_BYTES_MAX = 2048;

  private static final int SLOTS_MIN = 1 << 12;

  private static final int WORDS_PER_SLOT = 3;
  private static final int BUCKET_SLOTS = 8;
  private static final int BUCKET_WORDS = BUCKET_SLOTS * WORDS_PER_SLOT;

  /** A line of the processor's cache has 64 bytes. */
  private static final int LINE_WORDS = 8;

  /** Of the slots, in quarters: then there is a larger array, if there may be. */
  private static final int FULL_QUARTERS = 3;

  /** Of the largest table, up to which one doubles. */
  private static final int DOUBLED_SHARE = 4;

  /** Below every handle: stores hand out numbers from 0 up. */
  public static final long MISS = -1;

  private static final int NONE = -1;

  private static final VarHandle TABLE = MethodHandles.arrayElementVarHandle(long[].class);

  private final SpanHash hash;
  private final byte[] scopeSecret = new byte[32];
  private final int wordsMax;
  private volatile long[] table = new long[SLOTS_MIN * WORDS_PER_SLOT];

  /** Written without a lock: a lost count only delays growing. */
  private int inserted;

  public SeriesCache(int slotsMax) {
    SecureRandom random = new SecureRandom();
    random.nextBytes(scopeSecret);
    this.hash = new SpanHash(random);
    this.wordsMax = Math.max(SLOTS_MIN, slotsMax) / BUCKET_SLOTS * BUCKET_WORDS;
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
    long handle = get(words, bucket(words, key.high), key);
    return handle == MISS ? get(words, bucket(words, key.low), key) : handle;
  }

  private static long get(long[] words, int bucket, SpanKey key) {
    for (int at = bucket; at < bucket + BUCKET_WORDS; at += WORDS_PER_SLOT) {
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
   * Brings the key's first bucket, where {@link #get} mostly ends, into the processor's cache.
   *
   * @return a number that depends on what was loaded, and means nothing
   */
  public long touch(SpanKey key) {
    long[] words = table;
    int at = bucket(words, key.high);
    return (long) TABLE.getOpaque(words, at)
        ^ (long) TABLE.getOpaque(words, at + LINE_WORDS)
        ^ (long) TABLE.getOpaque(words, at + 2 * LINE_WORDS);
  }

  /**
   * @param lowestHandle what is remembered below may be overwritten: the store has forgotten it
   */
  public void put(SpanKey key, long handle, long lowestHandle) {
    long[] words = table;
    if (++inserted > words.length / WORDS_PER_SLOT / 4 * FULL_QUARTERS && words.length < wordsMax) {
      words = grow(words, lowestHandle);
    }
    insert(words, key, handle, lowestHandle);
  }

  private static void insert(long[] words, SpanKey key, long handle, long lowestHandle) {
    int own = find(words, bucket(words, key.high), key);
    own = own < 0 ? find(words, bucket(words, key.low), key) : own;
    set(words, own < 0 ? slot(words, key, lowestHandle) : own, key, handle);
  }

  private static void set(long[] words, int at, SpanKey key, long handle) {
    long spread = spread(handle);
    TABLE.setOpaque(words, at + 2, handle);
    TABLE.setOpaque(words, at + 1, key.low ^ Long.rotateLeft(spread, 32));
    TABLE.setOpaque(words, at, key.high ^ spread);
  }

  /** For a key that is in none: a free one, else one that can be freed, else any. */
  private static int slot(long[] words, SpanKey key, long lowestHandle) {
    int first = bucket(words, key.high);
    int second = bucket(words, key.low);
    int at = free(words, first, lowestHandle);
    at = at < 0 ? free(words, second, lowestHandle) : at;
    at = at < 0 ? freed(words, first, lowestHandle) : at;
    at = at < 0 ? freed(words, second, lowestHandle) : at;
    return at < 0 ? first + (int) (key.low >>> 61) * WORDS_PER_SLOT : at;
  }

  private static int find(long[] words, int bucket, SpanKey key) {
    for (int at = bucket; at < bucket + BUCKET_WORDS; at += WORDS_PER_SLOT) {
      long spread = spread((long) TABLE.getOpaque(words, at + 2));
      if (((long) TABLE.getOpaque(words, at) ^ spread) == key.high
          && ((long) TABLE.getOpaque(words, at + 1) ^ Long.rotateLeft(spread, 32)) == key.low) {
        return at;
      }
    }
    return NONE;
  }

  private static int free(long[] words, int bucket, long lowestHandle) {
    for (int at = bucket; at < bucket + BUCKET_WORDS; at += WORDS_PER_SLOT) {
      if ((long) TABLE.getOpaque(words, at) == 0
          || (long) TABLE.getOpaque(words, at + 2) < lowestHandle) {
        return at;
      }
    }
    return NONE;
  }

  /**
   * Moves one of a full bucket's keys to its other bucket. Readers find it in both for a moment.
   */
  private static int freed(long[] words, int bucket, long lowestHandle) {
    for (int at = bucket; at < bucket + BUCKET_WORDS; at += WORDS_PER_SLOT) {
      long spread = spread((long) TABLE.getOpaque(words, at + 2));
      int first = bucket(words, (long) TABLE.getOpaque(words, at) ^ spread);
      int second =
          bucket(words, (long) TABLE.getOpaque(words, at + 1) ^ Long.rotateLeft(spread, 32));
      int free = free(words, first == bucket ? second : first, lowestHandle);
      if (free >= 0) {
        for (int word = WORDS_PER_SLOT - 1; word >= 0; word--) {
          TABLE.setOpaque(words, free + word, (long) TABLE.getOpaque(words, at + word));
        }
        return at;
      }
    }
    return NONE;
  }

  private synchronized long[] grow(long[] seen, long lowestHandle) {
    if (table.length != seen.length) {
      return table;
    }
    // By half when it is large: the old one lies beside it for a while, and both in a heap that has
    // better use for it.
    long buckets = seen.length / BUCKET_WORDS;
    buckets += seen.length < wordsMax / DOUBLED_SHARE ? buckets : buckets / 2;
    long[] larger = new long[(int) Math.min(buckets * BUCKET_WORDS, wordsMax)];
    SpanKey key = new SpanKey();
    for (int at = 0; at < seen.length; at += WORDS_PER_SLOT) {
      long handle = seen[at + 2];
      key.high = seen[at] ^ spread(handle);
      key.low = seen[at + 1] ^ Long.rotateLeft(spread(handle), 32);
      if (key.high != 0 && handle >= lowestHandle) {
        set(larger, slot(larger, key, lowestHandle), key, handle);
      }
    }
    table = larger;
    return larger;
  }

  /** Of one half of a key, which is spread evenly. */
  private static int bucket(long[] words, long half) {
    return (int) Math.unsignedMultiplyHigh(half, words.length / BUCKET_WORDS) * BUCKET_WORDS;
  }

  /** 0 stays 0, so an empty slot has the key 0, which no series has. */
  private static long spread(long handle) {
    long mixed = handle * 0x9E3779B97F4A7C15L;
    return mixed ^ mixed >>> 32;
  }
}
