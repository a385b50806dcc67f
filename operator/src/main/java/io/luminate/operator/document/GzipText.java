// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A text as gzip, in which ConfigMaps have it. The same text gives the same bytes. */
final class GzipText {
  /** As much as a server inflates. */
  static final int TEXT_BYTES_MAX = 16 << 20;

  private GzipText() {}

  static byte[] write(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  static String read(byte[] bytes) {
    boolean isGzip = bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
    return new String(isGzip ? inflated(bytes) : bytes, StandardCharsets.UTF_8);
  }

  private static byte[] inflated(byte[] gzip) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      byte[] text = in.readNBytes(TEXT_BYTES_MAX + 1);
      if (text.length > TEXT_BYTES_MAX) {
        throw new IllegalArgumentException("the document is larger than 16 MiB");
      }
      return text;
    } catch (IOException e) {
      throw new IllegalArgumentException("the document is not valid gzip", e);
    }
  }
}
