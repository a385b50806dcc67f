// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.document;

import io.luminate.server.encoding.WholeGzip;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipException;

/** A document's bytes, inflated if they were gzip, up to a bound. */
final class DocumentText {
  /** The YAML parser's time grows with the square of a long text: 62 s for 16 MiB in one line. */
  private static final int YAML_LINE_BYTES_MAX = 64 << 10;

  private final byte[] bytes;

  private DocumentText(byte[] bytes) {
    this.bytes = bytes;
  }

  static DocumentText of(byte[] sent) throws DocumentFault {
    byte[] bytes = isGzip(sent) ? inflated(sent) : sent;
    if (bytes.length > DocumentReader.BYTES_MAX) {
      throw DocumentFault.tooLarge(DocumentReader.BYTES_MAX);
    }
    return new DocumentText(bytes);
  }

  private static boolean isGzip(byte[] bytes) {
    return bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
  }

  private static byte[] inflated(byte[] gzip) throws DocumentFault {
    try (InputStream in = new WholeGzip(new ByteArrayInputStream(gzip))) {
      return in.readNBytes(DocumentReader.BYTES_MAX + 1);
    } catch (ZipException | EOFException e) {
      throw DocumentFault.at("", "is not valid gzip: " + e.getMessage());
    } catch (IOException e) {
      throw DocumentFault.at("", "cannot be inflated: " + e.getMessage());
    }
  }

  /** Whether it begins as JSON does, but for white space. */
  boolean looksLikeJson() {
    int at = start();
    while (at < bytes.length && " \t\r\n".indexOf(bytes[at]) >= 0) {
      at++;
    }
    return at < bytes.length && bytes[at] == '{';
  }

  /** Refuses lines that nobody writes by hand. */
  void checkLines() throws DocumentFault {
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        from = i + 1;
      } else if (i - from >= YAML_LINE_BYTES_MAX) {
        throw DocumentFault.over(
            "",
            "has a long line of YAML: of bytes",
            "max_line_bytes",
            YAML_LINE_BYTES_MAX,
            i - from + 1L);
      }
    }
  }

  Reader reader() {
    InputStream in = new ByteArrayInputStream(bytes, start(), bytes.length - start());
    return new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder());
  }

  /** Behind a byte order mark, which editors on Windows write. */
  private int start() {
    boolean marked =
        bytes.length > 2
            && bytes[0] == (byte) 0xef
            && bytes[1] == (byte) 0xbb
            && bytes[2] == (byte) 0xbf;
    return marked ? 3 : 0;
  }

  String sha256() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
