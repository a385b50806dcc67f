// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A bounded little-endian view of a byte array that decoders consume. Reading past the limit is a
 * {@link CorruptChunkException}. Not thread safe; made to be reused.
 *
 * <p>Invariant: the array is at least {@link #SLACK_BYTES} longer than the limit, so that a decoder
 * may load eight bytes at any position before the limit.
 */
public final class ByteSource {
  /** Bytes that must follow the limit in the array: one load of a long minus the byte it is at. */
  public static final int SLACK_BYTES = Long.BYTES;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final byte[] NOTHING = new byte[SLACK_BYTES];

  private byte[] bytes = NOTHING;
  private int position;
  private int limit;

  /** A view of {@code length} bytes, copied to give them their slack. */
  public static ByteSource copyOf(byte[] source, int from, int length) {
    byte[] padded = new byte[length + SLACK_BYTES];
    System.arraycopy(source, from, padded, 0, length);
    ByteSource result = new ByteSource();
    result.reset(padded, 0, length);
    return result;
  }

  public void reset(byte[] array, int from, int length) {
    if (from < 0 || length < 0 || (long) from + length + SLACK_BYTES > array.length) {
      throw new CorruptChunkException(
          "range " + from + "+" + length + " is outside of " + (array.length - SLACK_BYTES));
    }
    bytes = array;
    position = from;
    limit = from + length;
  }

  byte[] array() {
    return bytes;
  }

  public int position() {
    return position;
  }

  public int remaining() {
    return limit - position;
  }

  /** Moves past {@code length} bytes and returns where they begin. */
  public int take(long length) {
    if (length < 0 || length > limit - position) {
      throw new CorruptChunkException(
          length + " bytes wanted at " + position + ", limit is " + limit);
    }
    int begin = position;
    position += (int) length;
    return begin;
  }

  public int getByte() {
    return bytes[take(1)] & 0xff;
  }

  public int getShort() {
    int at = take(2);
    return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
  }

  public int getInt() {
    return (int) INT.get(bytes, take(Integer.BYTES));
  }

  public long getLong() {
    return (long) LONG.get(bytes, take(Long.BYTES));
  }

  /** The inverse of {@link ByteSink#putLowBytes}, the higher bytes being zero. */
  public long getLowBytes(int count) {
    if (count == 0) {
      return 0;
    }
    long loaded = (long) LONG.get(bytes, take(count));
    return loaded & (-1L >>> (Long.SIZE - 8 * count));
  }

  public long getVarLong() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = getByte();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new CorruptChunkException("a varint before " + position + " has more than ten bytes");
  }

  /** A varint that must lie between 0 and {@code max}. */
  public int getVarInt(String field, int max) {
    long value = getVarLong();
    if (value < 0 || value > max) {
      throw CorruptChunkException.field(field, value, "0.." + max);
    }
    return (int) value;
  }
}
