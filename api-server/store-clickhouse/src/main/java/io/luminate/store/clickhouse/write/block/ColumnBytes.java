// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Growing bytes, little-endian, kept from one block to the next. */
final class ColumnBytes {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** What is copied at once where it fits: two words for most texts, without a call. */
  private static final int SHORT_BYTES = 16;

  private static final int BYTES_MIN = 64;

  /** Longer arrays grow by an eighth: they are kept, and blocks are of much the same size. */
  private static final int DOUBLED_MAX = 64 << 10;

  private byte[] bytes = new byte[0];
  private int size;

  int size() {
    return size;
  }

  byte[] array() {
    return bytes;
  }

  void clear() {
    size = 0;
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      int needed = Math.addExact(size, Math.max(more, BYTES_MIN));
      int growth = bytes.length < DOUBLED_MAX ? bytes.length : bytes.length / 8;
      bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length + growth));
    }
  }

  void putLong(long value) {
    reserve(Long.BYTES);
    LONG.set(bytes, size, value);
    size += Long.BYTES;
  }

  /** The lowest bytes of a value, 8 at most. */
  void putNumber(long value, int width) {
    reserve(Long.BYTES);
    LONG.set(bytes, size, value);
    size += width;
  }

  long longAt(int at) {
    return (long) LONG.get(bytes, at);
  }

  int intAt(int at) {
    return (int) INT.get(bytes, at);
  }

  void putZeros(int count) {
    reserve(count);
    Arrays.fill(bytes, size, size + count, (byte) 0);
    size += count;
  }

  /** As LEB128. */
  void putLength(int value) {
    reserve(5);
    int left = value;
    for (; left >= 0x80; left >>>= 7) {
      bytes[size++] = (byte) (left | 0x80);
    }
    bytes[size++] = (byte) left;
  }

  /** Its length, then its bytes. */
  void putText(byte[] text) {
    putLength(text.length);
    copy(text, 0, text.length);
  }

  void copy(byte[] from, int at, int count) {
    reserve(count + SHORT_BYTES);
    if (count <= SHORT_BYTES && from.length - at >= SHORT_BYTES) {
      LONG.set(bytes, size, (long) LONG.get(from, at));
      LONG.set(bytes, size + Long.BYTES, (long) LONG.get(from, at + Long.BYTES));
    } else {
      System.arraycopy(from, at, bytes, size, count);
    }
    size += count;
  }

  /**
   * One number of each row.
   *
   * @param starts of the rows
   * @param field where in a row the number is
   * @param width 1, 8 or 16 bytes
   */
  void copyNumbers(byte[] from, int[] starts, int count, int field, int width) {
    reserve(count * width);
    byte[] to = bytes;
    int at = size;
    for (int i = 0; i < count; i++) {
      int number = starts[i] + field;
      if (width == 1) {
        to[at] = from[number];
      } else {
        LONG.set(to, at, (long) LONG.get(from, number));
      }
      if (width > Long.BYTES) {
        LONG.set(to, at + Long.BYTES, (long) LONG.get(from, number + Long.BYTES));
      }
      at += width;
    }
    size = at;
  }

  /**
   * The texts of a slot, empty ones where a row's next pair has another one.
   *
   * @param next of rows, from first to end, moved behind the pairs that were copied
   */
  void copySlot(byte[] from, int[] next, int first, int end, int slot) {
    for (int i = first; i < end; i++) {
      int text = next[i] + 1;
      if (from[next[i]] != slot) {
        reserve(1);
        bytes[size++] = 0;
      } else if (from[text] >= 0 && from[text] < SHORT_BYTES && text + SHORT_BYTES <= from.length) {
        reserve(SHORT_BYTES);
        LONG.set(bytes, size, (long) LONG.get(from, text));
        LONG.set(bytes, size + Long.BYTES, (long) LONG.get(from, text + Long.BYTES));
        size += from[text] + 1;
        next[i] = text + from[text] + 1;
      } else {
        next[i] = textEnd(from, text);
        copy(from, text, next[i] - text);
      }
    }
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
  }

  /** Where a text's bytes begin, behind its length. */
  static int textStart(byte[] bytes, int at) {
    int next = at + 1;
    while (bytes[next - 1] < 0) {
      next++;
    }
    return next;
  }

  /** Where a text that begins with its length ends. */
  static int textEnd(byte[] bytes, int at) {
    int length = bytes[at] & 0x7F;
    int next = at + 1;
    for (int shift = 7; bytes[next - 1] < 0; shift += 7) {
      length |= (bytes[next++] & 0x7F) << shift;
    }
    return next + length;
  }
}
