// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Instants as text, after RFC 3339; digits past the millisecond are cut off. */
public final class Rfc3339 {
  private static final Pattern PATTERN =
      Pattern.compile(
          "(\\d{4})-(\\d\\d)-(\\d\\d)[Tt ](\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,9})\\d*)?"
              + "(?:[Zz]|([+-])(\\d\\d):(\\d\\d))");

  /** Longer text is not an instant and not worth matching. */
  private static final int LENGTH_MAX = 64;

  private Rfc3339() {}

  /** Unix milliseconds, or empty when the text is no instant. */
  public static OptionalLong parseMillis(String text) {
    if (text.length() > LENGTH_MAX) {
      return OptionalLong.empty();
    }
    Matcher match = PATTERN.matcher(text);
    try {
      return match.matches() ? OptionalLong.of(millis(match)) : OptionalLong.empty();
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }

  private static long millis(Matcher m) {
    LocalDateTime local =
        LocalDateTime.of(
            number(m, 1), number(m, 2), number(m, 3), number(m, 4), number(m, 5), number(m, 6));
    long offsetSeconds = 0;
    if (m.group(8) != null) {
      int sign = "-".equals(m.group(8)) ? -1 : 1;
      offsetSeconds =
          ZoneOffset.ofHoursMinutes(sign * number(m, 9), sign * number(m, 10)).getTotalSeconds();
    }
    String fraction = m.group(7) == null ? "0" : m.group(7);
    long fractionMillis = Long.parseLong((fraction + "000").substring(0, 3));
    return (local.toEpochSecond(ZoneOffset.UTC) - offsetSeconds) * 1000 + fractionMillis;
  }

  private static int number(Matcher match, int group) {
    return Integer.parseInt(match.group(group));
  }
}
