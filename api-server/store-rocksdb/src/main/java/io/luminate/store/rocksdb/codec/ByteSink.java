// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing little-endian byte array that encoders append to. Not thread safe; made to be reused.
 */
public final class ByteSink {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int size;

  public ByteSink(int capacityBytes) {
    bytes = new byte[Math.max(Long.BYTES, capacityBytes)];
  }

  public int size() {
    return size;
  }

  /** The array behind this sink; valid up to {@link #size()} and until the next write. */
  public byte[] array() {
    return bytes;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  public void clear() {
    size = 0;
  }

  public void truncate(int newSize) {
    assert newSize >= 0 && newSize <= size : newSize;
    size = newSize;
  }

  /** Declares bytes written straight into {@link #array()} as part of this sink. */
  void advanceTo(int newSize) {
    assert newSize >= size && newSize <= bytes.length : newSize;
    size = newSize;
  }

  /** Makes room for so many more bytes, so that following writes up to there copy nothing. */
  public void reserve(int moreBytes) {
    if (bytes.length - size < moreBytes) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, moreBytes), 2 * bytes.length));
    }
  }

  public void putByte(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  public void putShort(int value) {
    reserve(2);
    bytes[size] = (byte) value;
    bytes[size + 1] = (byte) (value >>> 8);
    size += 2;
  }

  public void putInt(int value) {
    reserve(Integer.BYTES);
    INT.set(bytes, size, value);
    size += Integer.BYTES;
  }

  public void putLong(long value) {
    reserve(Long.BYTES);
    LONG.set(bytes, size, value);
    size += Long.BYTES;
  }

  /** The lowest {@code count} bytes of a value, lowest first. */
  public void putLowBytes(long value, int count) {
    reserve(Long.BYTES);
    LONG.set(bytes, size, value);
    size += count;
  }

  /** Seven bits per byte, lowest first, the top bit says that more follow. */
  public void putVarLong(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  public void putBytes(byte[] source, int from, int length) {
    reserve(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
  }

  public void setInt(int position, int value) {
    assert position >= 0 && position + Integer.BYTES <= size : position;
    INT.set(bytes, position, value);
  }

  public void setShort(int position, int value) {
    assert position >= 0 && position + 2 <= size : position;
    bytes[position] = (byte) value;
    bytes[position + 1] = (byte) (value >>> 8);
  }
}
