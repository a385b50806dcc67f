// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Text inside records: {@code bytes:u32 utf8}. */
final class Bytes {
  private Bytes() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void putText(ByteBuffer out, byte[] utf8) {
    out.putInt(utf8.length).put(utf8);
  }

  static String getText(ByteBuffer in) {
    return new String(getBytes(in), StandardCharsets.UTF_8);
  }

  static byte[] getBytes(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new IllegalStateException(
          "a record says " + length + " bytes where " + in.remaining() + " are left");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
