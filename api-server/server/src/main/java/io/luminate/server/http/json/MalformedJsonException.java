// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import java.io.Serial;

/** The body as a whole is not what was asked for. */
public final class MalformedJsonException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int offset;

  MalformedJsonException(String message, int offset) {
    super(message + " at byte " + offset, null, false, false);
    this.offset = offset;
  }

  public int offset() {
    return offset;
  }
}
