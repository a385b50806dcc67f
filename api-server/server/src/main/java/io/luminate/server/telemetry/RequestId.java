// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** The id of a request, in its log lines and in its reply. */
public final class RequestId {
  /** Header of request and reply. */
  public static final String HEADER = "X-Request-Id";

  /** The id's name in the log's context. */
  public static final String MDC_KEY = "request_id";

  /** Protects the log from ids that are no ids. */
  private static final int CHARACTERS_MAX = 128;

  /** Unique among processes, with the counter unique within one; ids are no secrets. */
  private static final String PREFIX =
      Long.toString(new SecureRandom().nextLong() & (-1L >>> 16), 36) + "-";

  private static final AtomicLong COUNTER = new AtomicLong();

  private RequestId() {}

  /**
   * The client's own id where it is usable: 1–128 characters out of letters, digits and {@code
   * ._:/+=@-}, nothing that could forge a log line or a header; otherwise a new one.
   */
  public static String of(String header) {
    return isSafe(header) ? header : PREFIX + Long.toString(COUNTER.incrementAndGet(), 36);
  }

  private static boolean isSafe(String id) {
    if (id.isEmpty() || id.length() > CHARACTERS_MAX) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean alphanumeric =
          (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!alphanumeric && "._:/+=@-".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
