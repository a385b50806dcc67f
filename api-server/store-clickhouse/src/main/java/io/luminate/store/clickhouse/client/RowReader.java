// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads rows in ClickHouse's RowBinary format: columns one after the other without separators,
 * numbers little-endian, strings and arrays behind their length as an unsigned LEB128. The caller
 * knows the types from the statement it sent.
 */
public final class RowReader {
  private final InputStream in;
  private byte[] buffer = new byte[1 << 16];
  private ByteBuffer window = ByteBuffer.wrap(buffer, 0, 0).order(ByteOrder.LITTLE_ENDIAN);

  RowReader(InputStream in) {
    this.in = in;
  }

  /** Whether another row follows. */
  public boolean hasNext() throws IOException {
    return window.hasRemaining() || fill(1);
  }

  public long int64() throws IOException {
    require(Long.BYTES);
    return window.getLong();
  }

  public int uint8() throws IOException {
    require(1);
    return window.get() & 0xFF;
  }

  public int uint32() throws IOException {
    require(Integer.BYTES);
    return window.getInt();
  }

  public double float64() throws IOException {
    require(Double.BYTES);
    return window.getDouble();
  }

  /** Also the number of elements of an array, of pairs of a map. */
  public int length() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      int next = uint8();
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return Math.toIntExact(value);
      }
    }
    throw new IOException("a length of more than 32 bits");
  }

  public byte[] bytes() throws IOException {
    byte[] value = new byte[length()];
    int have = Math.min(value.length, window.remaining());
    window.get(value, 0, have);
    if (in.readNBytes(value, have, value.length - have) < value.length - have) {
      throw new EOFException("the answer ended within a string");
    }
    return value;
  }

  public String string() throws IOException {
    int length = length();
    if (length > window.remaining() && length <= buffer.length) {
      require(length);
    }
    if (length > window.remaining()) {
      throw new IOException("a string of " + length + " bytes is read as bytes()");
    }
    String value = new String(buffer, window.position(), length, StandardCharsets.UTF_8);
    window.position(window.position() + length);
    return value;
  }

  private void require(int bytes) throws IOException {
    if (window.remaining() < bytes && !fill(bytes)) {
      throw new EOFException("the answer ended within a row");
    }
  }

  /** Makes at least {@code bytes} readable; false if the stream ends before. */
  private boolean fill(int bytes) throws IOException {
    int have = window.remaining();
    System.arraycopy(buffer, window.position(), buffer, 0, have);
    while (have < bytes) {
      int read = in.read(buffer, have, buffer.length - have);
      if (read < 0) {
        window = ByteBuffer.wrap(buffer, 0, have).order(ByteOrder.LITTLE_ENDIAN);
        return false;
      }
      have += read;
    }
    window = ByteBuffer.wrap(buffer, 0, have).order(ByteOrder.LITTLE_ENDIAN);
    return true;
  }
}
