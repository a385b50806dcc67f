// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as resources and documents spell them, such as {@code 30d}. */
final class Spans {
  static final int RETENTION_DAYS_MAX = 36_500;

  private static final Duration RETENTION_MAX = Duration.ofDays(RETENTION_DAYS_MAX);
  private static final Duration RETENTION_MIN = Duration.ofHours(1);
  private static final Pattern SPAN = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d|w)");
  private static final Pattern PARTS = Pattern.compile("(" + SPAN + "){1,6}");

  private Spans() {}

  /**
   * How long points are kept.
   *
   * @throws IllegalArgumentException for what a server would refuse
   */
  static Duration retention(String text) {
    Duration retention = read(text);
    if (retention.compareTo(RETENTION_MIN) < 0 || retention.compareTo(RETENTION_MAX) > 0) {
      throw new IllegalArgumentException("got \"" + text + "\", expected 1h to 36500d");
    }
    return retention;
  }

  /** Any length of time. */
  static Duration read(String text) {
    if (!PARTS.matcher(text).matches()) {
      throw new IllegalArgumentException("got \"" + text + "\", expected a duration such as 30d");
    }
    Duration sum = Duration.ZERO;
    for (Matcher part = SPAN.matcher(text); part.find(); ) {
      sum = sum.plus(unit(part.group(2)).multipliedBy(Long.parseLong(part.group(1))));
    }
    return sum;
  }

  private static Duration unit(String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(1);
      case "s" -> Duration.ofSeconds(1);
      case "m" -> Duration.ofMinutes(1);
      case "h" -> Duration.ofHours(1);
      case "d" -> Duration.ofDays(1);
      case "w" -> Duration.ofDays(7);
      default -> throw new IllegalArgumentException("no unit of time: " + unit);
    };
  }

  /**
   * In the largest unit of which it is a whole number, weeks left out: one text for each length.
   */
  static String text(Duration span) {
    long millis = span.toMillis();
    for (String unit : new String[] {"d", "h", "m", "s"}) {
      long each = unit(unit).toMillis();
      if (millis % each == 0) {
        return millis / each + unit;
      }
    }
    return millis + "ms";
  }
}
