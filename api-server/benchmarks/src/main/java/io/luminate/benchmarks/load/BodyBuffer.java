// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of ASCII bytes, reused from one body to the next. */
public final class BodyBuffer {
  private static final int INITIAL_BYTES = 1 << 20;
  private static final int LONG_DIGITS_MAX = 20;

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int length;

  public void clear() {
    length = 0;
  }

  public int length() {
    return length;
  }

  /** Valid up to {@link #length()} and until the next change. */
  public byte[] array() {
    return bytes;
  }

  public void append(byte[] source) {
    append(source, 0, source.length);
  }

  public void append(byte[] source, int from, int count) {
    reserve(count);
    System.arraycopy(source, from, bytes, length, count);
    length += count;
  }

  public void append(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
  }

  void dropLast() {
    length--;
  }

  public void append(long value) {
    reserve(LONG_DIGITS_MAX);
    if (value < 0) {
      throw new IllegalArgumentException("value: " + value + " is below 0");
    }
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    long rest = value;
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }

  /** A number of hundredths as a decimal without needless zeros. */
  void appendHundredths(long hundredths) {
    append(hundredths / 100);
    int rest = (int) (hundredths % 100);
    if (rest != 0) {
      append('.');
      append((char) ('0' + rest / 10));
      if (rest % 10 != 0) {
        append((char) ('0' + rest % 10));
      }
    }
  }

  void appendLittleEndian(long value) {
    reserve(Long.BYTES);
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[length++] = (byte) (value >>> Byte.SIZE * i);
    }
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.US_ASCII);
  }
}
