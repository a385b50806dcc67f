// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Follows what a client sends over HTTP/2 (RFC 9113, 3.4 and 4.1) to where frames begin and end.
 * Whether their content is good is for others to say.
 */
final class FrameBoundaries {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 9;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;

  private int prefaceBytes;
  private int headerBytes;
  private int payloadLength;
  private int payloadLeft;
  private int type;
  private boolean headersOpen;
  private boolean broken;

  /**
   * @return whether a head ended within these bytes: a frame, or the frames that carry the headers
   *     of one request
   */
  boolean read(ByteBuffer bytes) {
    boolean ended = false;
    while (bytes.hasRemaining() && !broken) {
      if (prefaceBytes < PREFACE.length) {
        broken = bytes.get() != PREFACE[prefaceBytes++];
      } else if (headerBytes < HEADER_BYTES) {
        header(bytes.get() & 0xFF);
        ended |= whole();
      } else {
        int step = Math.min(payloadLeft, bytes.remaining());
        bytes.position(bytes.position() + step);
        payloadLeft -= step;
        ended |= whole();
      }
    }
    return ended;
  }

  private void header(int b) {
    int at = headerBytes++;
    if (at < 3) {
      payloadLength = at == 0 ? b : payloadLength << 8 | b;
    } else if (at == 3) {
      type = b;
      headersOpen |= type == HEADERS;
    } else if (at == 4) {
      boolean carriesHeaders = type == HEADERS || type == CONTINUATION;
      headersOpen &= !(carriesHeaders && (b & END_HEADERS) != 0);
    } else if (at == HEADER_BYTES - 1) {
      payloadLeft = payloadLength;
    }
  }

  /** Begins the next frame where this one is complete; true where that ends a head. */
  private boolean whole() {
    if (headerBytes < HEADER_BYTES || payloadLeft > 0) {
      return false;
    }
    headerBytes = 0;
    return !headersOpen;
  }

  /** Whether something is begun that the client must go on with; a body's time is its reader's. */
  boolean within() {
    boolean body = headerBytes == HEADER_BYTES && type == DATA;
    boolean preface = prefaceBytes > 0 && prefaceBytes < PREFACE.length;
    return preface || headersOpen || headerBytes > 0 && !body;
  }

  /** Whether this is not HTTP/2 from its first byte on. */
  boolean broken() {
    return broken;
  }
}
