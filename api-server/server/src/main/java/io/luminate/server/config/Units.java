// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations and sizes as people write them: {@code 30s}, {@code 1h30m}, {@code 90d}, {@code 10MiB}.
 */
final class Units {
  private static final Pattern DURATION_PART = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d|w)");
  private static final Pattern DURATION = Pattern.compile("(?:[0-9]{1,12}(?:ms|s|m|h|d|w))+");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,18}) ?([A-Za-z]*)");

  private static final Map<String, Long> UNIT_BYTES =
      Map.of(
          "", 1L,
          "B", 1L,
          "KB", 1_000L,
          "MB", 1_000_000L,
          "GB", 1_000_000_000L,
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30);

  private Units() {}

  static Duration duration(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    if (!DURATION.matcher(text).matches()) {
      throw new IllegalArgumentException("a duration is a number and one of ms, s, m, h, d, w");
    }
    long millis = 0;
    Matcher part = DURATION_PART.matcher(text);
    while (part.find()) {
      millis = add(millis, part.group(1), unitMillis(part.group(2)));
    }
    return Duration.ofMillis(millis);
  }

  static long bytes(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches() || !UNIT_BYTES.containsKey(matcher.group(2))) {
      throw new IllegalArgumentException(
          "a size is a number of bytes, or a number and one of KiB, MiB, GiB, KB, MB, GB");
    }
    return add(0, matcher.group(1), UNIT_BYTES.getOrDefault(matcher.group(2), 1L));
  }

  /** The shortest of our own spellings, for messages. */
  static String text(Duration duration) {
    long millis = duration.toMillis();
    for (String unit : new String[] {"d", "h", "m", "s"}) {
      if (millis != 0 && millis % unitMillis(unit) == 0) {
        return millis / unitMillis(unit) + unit;
      }
    }
    return millis == 0 ? "0" : millis + "ms";
  }

  private static long unitMillis(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "s" -> 1_000;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      case "d" -> 86_400_000;
      case "w" -> 7 * 86_400_000;
      default -> throw new IllegalArgumentException("unknown unit " + unit);
    };
  }

  private static long add(long sum, String number, long factor) {
    try {
      return Math.addExact(sum, Math.multiplyExact(Long.parseLong(number), factor));
    } catch (ArithmeticException tooLarge) {
      throw new IllegalArgumentException("too large", tooLarge);
    }
  }
}
